import { HttpTap } from "../../../cli/start/http-tap"
import { Live } from "../../../cli/start/live"
import { meterSource } from "../../../cli/start/meter-source"
import { StandIn } from "../../../cli/start/stand-in"
import { VirtualClock } from "../../../sim/clock"
import { Rig } from "../../../sim/rig"
import { Wifi } from "../../../sim/vm/wifi"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

const NODE = "house"

/** The house that `npm start` builds, in this process. */
export class PageHouse {
    private constructor(
        readonly rig: Rig,
        readonly standIn: StandIn,
        readonly live: Live,
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
        const rig = new Rig({
            clock,
            bytecode,
            hardware,
            line,
            settings: new Map(Object.entries(settings)),
            makeTap: () => new HttpTap(exchange => live?.exchanged(exchange)),
            wifi,
            behind: [emoncms],
        })
        const { simulation } = rig
        const parts = { clock, line, meters, wiring, config, wifi, simulation, emoncms, realLine: false, key }
        live = await clock.hold(Live.open(parts, 0))
        await rig.start()
        live.watch()
        return new PageHouse(rig, emoncms, live)
    }

    get url(): string {
        return this.live.url
    }

    /** The points of an EmonCMS feed, by the name of its input. */
    feed(input: string): (readonly [time: number, value: number])[] {
        const feeds = [...this.standIn.stored.feeds]
        return this.standIn.server.feedPoints(feeds.find(([name]) => name === input)![1])
    }

    async takeDown(): Promise<void> {
        await this.live.close()
        await this.rig.end()
    }
}
