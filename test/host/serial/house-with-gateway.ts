import { VirtualClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Rig } from "../../../sim/rig"
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

    private constructor(
        private readonly rig: Rig,
        readonly proxy: ToxicProxy,
        server: EmonCmsServer,
    ) {
        server.onAccepted(point => this.arrivals.push(point))
    }

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
        const rig = new Rig({
            clock,
            bytecode,
            line: new VirtualLine({ clock }),
            settings: new Map([
                ["EMON_URL", url],
                ["EMON_KEY", server.writeKey],
                ["EMON_NODE", "house"],
            ]),
            behind: [proxy, server],
        })
        const house = new HouseWithGateway(rig, proxy, server)
        await rig.start()
        return house
    }

    static clock(): VirtualClock {
        return new VirtualClock(SPEED, Date.UTC(2026, 10, 22, 9))
    }

    get counters() {
        return this.rig.counters
    }

    /** Waits for a condition, for at most three minutes. */
    until(what: string, isSo: () => boolean): Promise<void> {
        return this.rig.until(what, isSo, 180)
    }

    close(): Promise<void> {
        return this.rig.end()
    }
}
