import { SocketOwner } from "../../src/net/socket"
import { makePort } from "../../src/wiring"
import { printPollTimes } from "./polls"

await printPollTimes(makePort(new SocketOwner()))
