import { HttpTap } from "../../../cli/start/http-tap"
import { Live } from "../../../cli/start/live"
import { meterSource } from "../../../cli/start/meter-source"
import { StandIn } from "../../../cli/start/stand-in"
import { VirtualClock } from "../../../sim/clock"
import { Simulation } from "../../../sim/simulation"
import { watchedSockets } from "../../../sim/vm/network"
import { Wifi } from "../../../sim/vm/wifi"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { wiringOf } from "../../../tools/wiring/read-wiring"

const CONFIG: Config = {
    line: { driver: "jacdac-serial" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 10,
    uploadSeconds: 30,
}
const NODE = "house"

/** What `npm start` makes, in this process. */
export class PageHouse {
    private constructor(
        readonly clock: VirtualClock,
        readonly standIn: StandIn,
        readonly live: Live,
        private readonly down: () => Promise<void>,
    ) {}

    static async build(speed: number, config: Config = CONFIG): Promise<PageHouse> {
        const clock = new VirtualClock(speed)
        const wiring = await wiringOf(config, "simulator", projectRoot)
        const { line, meters } = await meterSource({}, wiring, clock)
        const emoncms = await StandIn.open(clock, NODE, wiring)
        const { bytecode } = await compileProgram({ entry: "src/main.ts", target: "simulator", config })
        const wifi = new Wifi()
        const key = emoncms.server.writeKey
        let live: Live | undefined
        const settings = { EMON_URL: emoncms.url, EMON_KEY: key, EMON_NODE: NODE }
        const simulation = new Simulation({
            clock,
            bytecode,
            line,
            settings: new Map(Object.entries(settings)),
            sockets: wifi.sockets(
                watchedSockets(clock, () => new HttpTap(exchange => live?.exchanged(exchange))),
            ),
        })
        live = await Live.open(
            { clock, line, meters, wiring, config, wifi, simulation, emoncms, realLine: false, key },
            0,
        )
        await simulation.start()
        await live.watch()
        const opened = live
        return new PageHouse(clock, emoncms, opened, async () => {
            await opened.close()
            await simulation.stop()
            await line.close()
            await emoncms.close()
            clock.stop()
        })
    }

    get url(): string {
        return this.live.url
    }

    /** What a feed of EmonCMS holds, by the name of its input. */
    feed(input: string): (readonly [time: number, value: number])[] {
        const feeds = [...this.standIn.stored.feeds]
        return this.standIn.server.feedPoints(feeds.find(([name]) => name === input)![1])
    }

    takeDown(): Promise<void> {
        return this.down()
    }
}
