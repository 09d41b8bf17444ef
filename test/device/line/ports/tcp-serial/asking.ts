import * as ds from "@devicescript/core"
import { readSetting } from "@devicescript/settings"
import { ModbusClient } from "../../../../../src/line/modbus-client"
import { TcpSerial } from "../../../../../src/line/ports/tcp-serial"
import { SocketOwner } from "../../../../../src/net/socket"

/**
 * A program for the tests on the host: carries out the steps in the setting `job` at meters behind a gateway, and prints
 * the result of each.
 *
 * Steps are `["read", address, function, start, count]`, `["write", address, register, value]`, `["reset", address]`
 * and `["rest", ms]`.
 */
interface Job {
    readonly mode: "modbus-tcp" | "rtu-over-tcp"
    readonly port: number
    readonly steps: (string | number)[][]
}

const job = (await readSetting("job")) as Job
const port = new TcpSerial({ host: "127.0.0.1", port: job.port, mode: job.mode }, new SocketOwner())
const client = new ModbusClient(port, { baud: 9600, stopBits: 1 })

async function perform(step: (string | number)[]): Promise<string> {
    const [what] = step
    const a = step[1] as number
    const b = step[2] as number
    const c = step[3] as number
    if (what === "rest") await ds.sleep(a)
    if (what === "write") await client.writeSingle(a, b, c)
    if (what === "reset") await client.resetEnergy(a)
    if (what !== "read") return "done"
    const range = { functionCode: b as 3 | 4, start: c, count: step[4] as number }
    const data = await client.read(a, range)
    return data.toString("hex")
}

for (const step of job.steps) {
    let result: string
    try {
        result = await perform(step)
    } catch (e) {
        const error = e as Error
        result = error.name + ": " + error.message
    }
    console.log("result " + result)
}
console.log("end")
