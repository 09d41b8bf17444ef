import { createServer } from "node:net"
import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Simulation } from "../../../sim/simulation"
import { compileProgram } from "../../../tools/compile/compile"

/** A step of `test/device/line/ports/tcp-serial/asking.ts`. */
export type Step =
    | ["read", address: number, functionCode: 3 | 4, start: number, count: number]
    | ["write", address: number, register: number, value: number]
    | ["reset", address: number]
    | ["rest", ms: number]

export type Mode = "modbus-tcp" | "rtu-over-tcp"

/** Time limit for all steps together, in ms. */
const LIMIT_MS = 60_000

/**
 * Runs the steps through a gateway on this computer, in the DeviceScript runtime and in real time.
 * @returns for each step `done`, the registers in hex, or an error's name and message
 */
export async function ask(mode: Mode, port: number, steps: Step[]): Promise<string[]> {
    const entry = "test/device/line/ports/tcp-serial/asking.ts"
    const { bytecode } = await compileProgram({ entry, target: "device" })
    const clock = new VirtualClock(1)
    const results: string[] = []
    const story: string[] = []
    let end = () => {}
    const ended = new Promise<void>(resolve => {
        end = resolve
    })
    const simulation = new Simulation({
        clock,
        bytecode,
        line: new VirtualLine({ clock }),
        settings: new Map([["job", { mode, port, steps }]]),
        onLog: ({ text }) => {
            story.push(text)
            if (text.startsWith("result ")) results.push(text.slice("result ".length))
            if (text === "end") end()
        },
        onProgramStop: () => end(),
    })
    await simulation.start()
    const limit = clock.setTimeout(end, LIMIT_MS)
    await ended
    clock.clearTimeout(limit)
    await simulation.stop()
    clock.stop()
    if (results.length !== steps.length) throw new Error(`The program ended early:\n${story.join("\n")}`)
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
