import type { VirtualClock } from "../../sim/clock"
import type { SerialLine } from "../../sim/line/serial-line"
import type { Simulation } from "../../sim/simulation"
import type { LogLine as ConsoleLine } from "../../sim/vm/device"
import type { Wifi } from "../../sim/vm/wifi"
import { faultyProgram } from "../../tools/faulty-program/faulty-program"
import { type StopWatching, watchSimulation } from "../../tools/page/connect"
import type { Watcher } from "../../tools/page/device-watch"
import { LivePage } from "../../tools/page/live-page"
import type { Upload } from "../../tools/page/messages"
import { PageServer } from "../../tools/page/page-server"
import { type ShownMeter, ShownValues } from "../../tools/page/shown-values"
import { SimulatedHouse } from "../../tools/page/simulated-house"
import type { Config, Wiring } from "../../tools/wiring/config"
import type { Exchange } from "./http-tap"
import type { StandIn } from "./stand-in"

/** The console's levels as numbers of the log. */
const LEVELS = { info: 1, warn: 3, error: 4 }

/** How many characters of an answer are shown. */
const ANSWER_LENGTH = 160

/** The upload without readings that checks the key. If the key may write, EmonCMS refuses it with this message. */
const KEY_CHECK = "data=[]"
const KEY_IS_GOOD = '"message": "Format error'

export interface LiveParts {
    readonly clock: VirtualClock
    readonly line: SerialLine
    readonly meters: readonly ShownMeter[]
    readonly wiring: Wiring
    readonly config: Config
    readonly wifi: Wifi
    readonly simulation: Simulation
    /** The stand-in; `undefined` for a real server. */
    readonly emoncms: StandIn | undefined
    /** Address of a real EmonCMS for the browser. */
    readonly realEmoncms?: string
    /** Whether the line is a real one. */
    readonly realLine: boolean
    /** The secret key, which must never be shown. */
    readonly key: string
}

/** The live page of a simulated house. */
export class Live {
    /** The first log record has arrived over the bus. */
    private isHeard = false
    private lastTold = ""
    private watching: Promise<StopWatching> | undefined

    private constructor(
        private readonly parts: LiveParts,
        private readonly house: SimulatedHouse,
        private readonly shown: ShownValues | undefined,
        private readonly page: LivePage,
        private readonly server: PageServer,
    ) {}

    /**
     * @param port `true` for the default port, or any free one if that is taken
     * @throws PagePortTaken
     */
    static async open(parts: LiveParts, port: number | true): Promise<Live> {
        const { clock, line, meters, wiring, config, wifi, simulation, emoncms, realEmoncms, realLine, key } =
            parts
        const shown =
            meters.length > 0 ? new ShownValues(clock, meters, wiring.pollSeconds * 1000) : undefined
        const house = await SimulatedHouse.open(
            {
                clock,
                line,
                meters,
                wifi,
                emoncms,
                emoncmsPage: emoncms?.overview ?? realEmoncms ?? "",
                shown,
                realTime: realLine || emoncms === undefined,
                compileFaulty: async () => (await faultyProgram.build(config)).bytecode,
                say: sentence => page.note("page", sentence),
            },
            simulation,
        )
        const page = new LivePage(
            () => clock.now(),
            house,
            text => (key === "" ? text : text.replaceAll(key, "(key)")),
        )
        shown?.start((meter, time, values) => page.shown(meter, time, values))
        emoncms?.server.onAccepted(({ time }) => page.stored(time))
        const server = await PageServer.open(page, port === true ? undefined : port)
        return new Live(parts, house, shown, page, server)
    }

    get url(): string {
        return this.server.url
    }

    /** Called when the device has got a complete answer to a request. */
    exchanged({ method, target, body, reply }: Exchange): void {
        const { pathname } = new URL(target, "http://server")
        const answer = reply.body.replace(/\s+/g, " ").trim()
        const isKeyCheck = body.toString() === KEY_CHECK
        const size = body.length > 0 ? `, ${body.length} bytes` : ""
        const upload: Upload = {
            t: this.parts.clock.now() / 1000,
            request: `${method} ${pathname}${isKeyCheck ? ", no readings, to check the key" : size}`,
            answer: `${reply.status} ${answer.slice(0, ANSWER_LENGTH)}${answer.length > ANSWER_LENGTH ? "…" : ""}`,
            ok: isWell(reply.status, answer, isKeyCheck),
        }
        this.page.upload(upload)
    }

    /** Shows a line of the program's console, until the log records arrive over the bus. */
    told({ time, level, text }: ConsoleLine): void {
        if (this.isHeard || level === undefined || level === "debug") return
        this.lastTold = text
        const colon = text.indexOf(": ")
        const [source, rest] = [text.slice(0, Math.max(0, colon)), text.slice(colon < 0 ? 0 : colon + 2)]
        this.page.toldBefore({ t: time / 1000, level: LEVELS[level], source, text: rest })
    }

    /**
     * Watches the device, which must be on.
     * @param onWork also called with the program's status
     */
    watch(onWork: Watcher["work"] = () => {}): void {
        const { page } = this
        const watcher: Watcher = {
            meters: names => page.meters(names),
            sample: (meter, values) => page.sample(meter, values),
            record: (source, entry) => {
                const isTold = !this.isHeard && this.lastTold === `${source}: ${entry.text}`
                this.isHeard = true
                if (!isTold) page.record(source, entry)
            },
            silent: reason => page.silent(reason),
            work(work) {
                page.work(work)
                onWork(work)
            },
        }
        this.watching = watchSimulation(this.parts.simulation, this.parts.clock, watcher)
        this.watching.catch((error: Error) => page.silent(error.message))
    }

    async close(): Promise<void> {
        const stop = await this.watching?.catch(() => undefined)
        await stop?.()
        await this.server.close()
        this.page.close()
        this.shown?.stop()
        await this.house.close()
    }
}

/** Whether this is how EmonCMS answers when all is well. */
function isWell(status: number, answer: string, isKeyCheck: boolean): boolean {
    if (status !== 200 || answer.startsWith("<")) return false
    return !/"success": ?false/.test(answer) || (isKeyCheck && answer.includes(KEY_IS_GOOD))
}
