import { makePort } from "../../src/generated/wiring"
import { SocketOwner } from "../../src/net/socket"
import { printPollTimes } from "./polls"

await printPollTimes(makePort(new SocketOwner()))
