import { makeStore } from "../../src/generated/wiring"
import { outage } from "./outage"

await outage(makeStore)
