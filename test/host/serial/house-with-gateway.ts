import { sleep, VirtualClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Simulation } from "../../../sim/simulation"
import { ToxicProxy } from "../../../sim/toxics/proxy"
import { compileProgram } from "../../../tools/compile/compile"
import type { Config } from "../../../tools/wiring/config"
import type { Mode } from "./asking"

/**
 * How much faster than real time the house runs. Both ends of the gateway's connection are in this process, and need real
 * time for each message.
 */
const SPEED = 20

/** A value that arrived at the server. */
interface Arrival {
    readonly input: string
    readonly value: number | null
    readonly time: number
}

/** The whole program as built for a chip, with a gateway instead of a line of its own, and the server behind a proxy. */
export class HouseWithGateway {
    readonly arrivals: Arrival[] = []
    readonly log: string[] = []

    private constructor(
        readonly clock: VirtualClock,
        readonly proxy: ToxicProxy,
        private readonly server: EmonCmsServer,
        readonly simulation: Simulation,
    ) {}

    static async build(
        clock: VirtualClock,
        mode: Mode,
        port: number,
        addresses: number[],
    ): Promise<HouseWithGateway> {
        const config: Config = {
            line: { driver: "tcp", host: "127.0.0.1", port, mode },
            meters: addresses.map(address => ({ name: `meter${address}`, model: "pzem-016", address })),
            pollSeconds: 2,
            uploadSeconds: 5,
        }
        const { bytecode } = await compileProgram({ entry: "src/main.ts", target: "device", config })
        const server = new EmonCmsServer({ clock })
        const proxy = new ToxicProxy({
            clock,
            target: { host: "127.0.0.1", port: (await server.listen()).port },
        })
        const { url } = await proxy.listen()
        const simulation = new Simulation({
            clock,
            bytecode,
            line: new VirtualLine({ clock }),
            settings: new Map([
                ["EMON_URL", url],
                ["EMON_KEY", server.writeKey],
                ["EMON_NODE", "house"],
            ]),
            onLog: ({ text }) => house.log.push(text),
        })
        const house: HouseWithGateway = new HouseWithGateway(clock, proxy, server, simulation)
        server.onAccepted(point => house.arrivals.push(point))
        await simulation.start()
        return house
    }

    static clock(): VirtualClock {
        return new VirtualClock(SPEED, Date.UTC(2026, 10, 22, 9))
    }

    get counters() {
        return this.simulation.counters
    }

    pass(seconds: number): Promise<void> {
        return sleep(this.clock, seconds * 1000)
    }

    /** Waits for a condition. @throws Error with the log's end if it is still false after three minutes */
    async until(what: string, isSo: () => boolean): Promise<void> {
        const end = this.clock.now() + 180_000
        while (!isSo()) {
            if (this.clock.now() >= end) {
                throw new Error(
                    `Not within three minutes: ${what}. The log ends:\n${this.log.slice(-12).join("\n")}`,
                )
            }
            await this.pass(0.5)
        }
    }

    async close(): Promise<void> {
        await this.simulation.stop()
        await this.proxy.close()
        await this.server.close()
        this.clock.stop()
    }
}
