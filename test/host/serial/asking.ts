import { createServer } from "node:net"
import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Rig } from "../../../sim/rig"
import { compileProgram } from "../../../tools/compile/compile"

/** A step of `test/device/line/ports/tcp-serial/asking.ts`. */
export type Step =
    | ["read", address: number, functionCode: 3 | 4, start: number, count: number]
    | ["write", address: number, register: number, value: number]
    | ["reset", address: number]
    | ["rest", ms: number]

export type Mode = "modbus-tcp" | "rtu-over-tcp"

/** Time limit for all steps together, in seconds. */
const LIMIT_S = 60

const RESULT = /^result (.*)$/

/**
 * Runs the steps through a gateway on this computer, in the DeviceScript runtime and in real time.
 * @returns for each step `done`, the registers in hex, or an error's name and message
 */
export async function ask(mode: Mode, port: number, steps: Step[]): Promise<string[]> {
    const entry = "test/device/line/ports/tcp-serial/asking.ts"
    const { bytecode } = await compileProgram({ entry, target: "device" })
    const clock = new VirtualClock(1)
    const rig = new Rig({
        clock,
        bytecode,
        line: new VirtualLine({ clock }),
        settings: new Map([["job", { mode, port, steps }]]),
    })
    await rig.start()
    const ended = rig.told(() => rig.log.at(-1)?.text === "end" || rig.stops.length > 0)
    await Promise.race([ended, rig.pass(LIMIT_S)])
    await rig.end()
    const results = rig.log.flatMap(({ text }) => RESULT.exec(text)?.[1] ?? [])
    if (results.length !== steps.length) throw new Error(`The program ended early:\n${rig.story()}`)
    return results
}

/** Registers as they appear in the bytes of a reply, in hex. */
export function registers(...values: number[]): string {
    return values.map(value => value.toString(16).padStart(4, "0")).join("")
}

/** A free TCP port of this computer. */
export function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer()
        server.once("error", reject)
        server.listen(0, "127.0.0.1", () => {
            const { port } = server.address() as { port: number }
            server.close(() => resolve(port))
        })
    })
}
