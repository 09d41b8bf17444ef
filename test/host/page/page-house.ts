import { HttpTap } from "../../../cli/start/http-tap"
import { Live } from "../../../cli/start/live"
import { meterSource } from "../../../cli/start/meter-source"
import { StandIn } from "../../../cli/start/stand-in"
import { VirtualClock } from "../../../sim/clock"
import { Simulation } from "../../../sim/simulation"
import { Wifi } from "../../../sim/vm/wifi"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

const NODE = "house"

/** The house that `npm start` builds, in this process. */
export class PageHouse {
    private constructor(
        readonly clock: VirtualClock,
        readonly standIn: StandIn,
        readonly live: Live,
        private readonly down: () => Promise<void>,
    ) {}

    static async build(speed: number, config: Config = defaultConfig): Promise<PageHouse> {
        const clock = new VirtualClock(speed)
        const { bytecode, hardware, wiring } = await clock.hold(buildImage({ config }))
        const { line, meters } = await meterSource({}, wiring, clock)
        const emoncms = await clock.hold(StandIn.open(clock, NODE, wiring))
        const wifi = new Wifi()
        const key = emoncms.server.writeKey
        let live: Live | undefined
        const settings = { EMON_URL: emoncms.url, EMON_KEY: key, EMON_NODE: NODE }
        const simulation = new Simulation({
            clock,
            bytecode,
            hardware,
            line,
            settings: new Map(Object.entries(settings)),
            makeTap: () => new HttpTap(exchange => live?.exchanged(exchange)),
            wifi,
        })
        const parts = { clock, line, meters, wiring, config, wifi, simulation, emoncms, realLine: false, key }
        live = await clock.hold(Live.open(parts, 0))
        await simulation.start()
        live.watch()
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

    /** The points of an EmonCMS feed, by the name of its input. */
    feed(input: string): (readonly [time: number, value: number])[] {
        const feeds = [...this.standIn.stored.feeds]
        return this.standIn.server.feedPoints(feeds.find(([name]) => name === input)![1])
    }

    takeDown(): Promise<void> {
        return this.down()
    }
}
