import { VirtualClock } from "../sim/clock"
import { serveOverTcp } from "../sim/line/rtu-over-tcp"
import { VirtualLine } from "../sim/line/virtual-line"
import { constantLoad } from "../sim/meter/load"
import { pzem016 } from "../sim/meter/pzem-016"
import { Rig } from "../sim/rig"
import { compileProgram } from "../tools/compile/compile"
import type { Config, LineConfig } from "../tools/wiring/config"
import { median } from "./statistics"

/** How long a poll takes through each driver except the SPI-UART, in ms: the median of 20. */
export async function pollTimes(latencyMs: number): Promise<Record<string, number>> {
    const gateway = await startLine(1, latencyMs)
    const { port, close } = await serveOverTcp(gateway.line)
    try {
        const tcp = { driver: "tcp", host: "127.0.0.1", port, mode: "rtu-over-tcp" } as const
        return {
            sc16is7xx: await pollTime(
                "bench/device/poll-sc16is7xx.ts",
                { driver: "jacdac-serial" },
                latencyMs,
            ),
            "jacdac-serial": await pollTime(
                "bench/device/poll-wired.ts",
                { driver: "jacdac-serial" },
                latencyMs,
            ),
            tcp: await pollTime("bench/device/poll-wired.ts", tcp, latencyMs),
        }
    } finally {
        await close()
        await gateway.line.close()
        gateway.clock.stop()
    }
}

async function startLine(speed: number, latencyMs: number) {
    const clock = new VirtualClock(speed)
    const meter = pzem016({ clock, load: constantLoad({ power: 1000 }), latencyMs })
    return { clock, line: new VirtualLine({ clock, slaves: [meter] }) }
}

/** Runs in real time, because the other end of a socket does. */
async function pollTime(entry: string, line: LineConfig, latencyMs: number): Promise<number> {
    const config: Config = { line, meters: [{ name: "meter", model: "pzem-016", address: 1 }] }
    const { bytecode } = await compileProgram({ entry, target: "simulator", config })
    const { clock, line: jacdacLine } = await startLine(1, latencyMs)
    const rig = new Rig({ clock, bytecode, line: jacdacLine })
    await rig.start()
    await rig.told(() => rig.log.at(-1)?.text === "polls done")
    await rig.end()
    const told = rig.log.map(({ text }) => text)
    if (told.includes("poll failed")) throw new Error(`A poll through ${line.driver} has failed`)
    return median(told.flatMap(text => /^poll ([\d.]+)$/.exec(text)?.[1] ?? []).map(Number))
}
