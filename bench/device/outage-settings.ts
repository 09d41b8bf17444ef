import { makeStore } from "../../src/wiring"
import { outage } from "./outage"

await outage(makeStore)
