/**
 * A simulated device in a process of its own, because Node reads NODE_EXTRA_CA_CERTS only when it starts. Each line of
 * input is a job, each line of output the outcome of one.
 */
import { createInterface } from "node:readline"
import { startRequestDevice } from "./requests"

const device = await startRequestDevice()
for await (const line of createInterface(process.stdin))
    console.log(JSON.stringify(await device.do(JSON.parse(line))))
await device.stop()
