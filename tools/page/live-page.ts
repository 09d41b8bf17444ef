import type { LiveEntry } from "../device/device"
import type { StoredLog } from "../device/log-blocks"
import type { ProgramStatus } from "../device/status"
import type { Watcher } from "./device-watch"
import { EnergyDays } from "./energy-days"
import type {
    FromPage,
    HouseControls,
    HouseState,
    LogLine,
    MeterEnergy,
    Move,
    Points,
    ToPage,
    TrackName,
    Upload,
} from "./messages"
import { moveOf, troubleAfter } from "./moves"
import type { PageHost, Send } from "./page-server"
import { Track } from "./track"

const MOST_LINES = 1000
const MOST_UPLOADS = 50
/** How long news is collected before it is sent to the pages, in ms of wall time. */
const TOGETHER_MS = 250
/** Time span of the small charts, in s. */
const RECENT_S = 3600
/** At most this many moves are sent at once, for the page to draw. */
const MOST_MOVES = 12

/** What surrounds the device in the simulator. */
export interface House {
    readonly controls: HouseControls | undefined
    readonly tracks: readonly TrackName[]
    /** The values of a quantity that the meter itself showed. */
    shown(meter: string, quantity: string): Points
    /** The values of a quantity that EmonCMS has, from a time on. */
    stored(meter: string, quantity: string, since?: number): Points
    state(): HouseState
    /** @throws Error with the reason why it cannot be done */
    act(message: Exclude<FromPage, { type: "watch" }>): Promise<void>
}

/** An open page. */
interface Client {
    readonly send: Send
    watched: { readonly meter: string; readonly quantity: string } | undefined
}

/** What has not been sent to the pages yet. */
interface News {
    samples: Extract<ToPage, { type: "sample" }>[]
    lines: LogLine[]
    uploads: Upload[]
    moves: Move[]
    /** The earliest time for which EmonCMS has a new value. */
    storedFrom: number
    state: boolean
}

/** The contents of the live page, and the pages that are open. */
export class LivePage implements PageHost, Watcher {
    private readonly clients = new Set<Client>()
    private readonly readTracks = new Map<string, Track>()
    private readonly days = new Map<string, EnergyDays>()
    private lines: LogLine[] = []
    private uploads: Upload[] = []
    private names: readonly string[] = []
    private program: Omit<ProgramStatus, "meters"> | undefined
    /** Why EmonCMS accepts nothing. */
    private trouble: string | undefined
    private silence: string | undefined = "no contact with the device yet"
    private news = nothingNew()
    private readonly telling: NodeJS.Timeout

    /**
     * @param now the house's time in ms since the Unix epoch
     * @param hide removes secrets from a text
     */
    constructor(
        private readonly now: () => number,
        private readonly house: House | undefined,
        private readonly hide: (text: string) => string = text => text,
    ) {
        this.telling = setInterval(() => this.tell(), TOGETHER_MS)
        this.telling.unref()
    }

    close(): void {
        clearInterval(this.telling)
    }

    join(send: Send): { receive(message: FromPage): void; leave(): void } {
        const client: Client = { send, watched: undefined }
        this.clients.add(client)
        send(this.hello(), this.state())
        return {
            receive: message => this.receive(client, message),
            leave: () => this.clients.delete(client),
        }
    }

    meters(names: readonly string[]): void {
        this.names = names
        for (const { send } of this.clients) send(this.hello())
    }

    sample(meter: string, values: Readonly<Record<string, number>> | undefined): void {
        const t = this.now() / 1000
        this.track(meter).add(t, values)
        if (values?.energy !== undefined)
            this.energyOf(meter, values.voltage === undefined).add(t, values.energy)
        this.news.samples.push({ type: "sample", meter, track: "read", t, values })
        this.news.state = true
    }

    work(work: Omit<ProgramStatus, "meters">): void {
        this.program = work
        this.silence = undefined
        this.news.state = true
    }

    record(source: string, { level, text }: LiveEntry): void {
        const line: LogLine = { t: this.now() / 1000, level, source, text: this.hide(text) }
        this.keep(line)
        const moves = moveOf(line, this.names)
        this.news.moves.push(...moves)
        if (moves.includes("failure")) this.upload({ t: line.t!, request: "", answer: line.text, ok: false })
    }

    silent(reason: string): void {
        this.silence = reason
        this.news.state = true
    }

    /** Adds the log from before this page was watching the device. */
    logBefore({ last, current }: StoredLog): void {
        const before = [...last, ...current].map(({ level, seconds, wallTime, text }) => {
            const colon = text.indexOf(": ")
            return {
                t: wallTime ? seconds : undefined,
                level,
                source: text.slice(0, Math.max(0, colon)),
                text: this.hide(text.slice(colon < 0 ? 0 : colon + 2)),
            }
        })
        this.lines = [...before, ...this.lines]
        // The stored log is complete: it also contains what was heard in the meantime.
        this.trouble = before.reduce(
            (trouble: string | undefined, line) => troubleAfter(line, trouble),
            this.trouble,
        )
        for (const { send } of this.clients) send(this.hello())
    }

    /** Adds a line that the device logged before its bus was watched. */
    toldBefore(line: LogLine): void {
        this.keep({ ...line, text: this.hide(line.text) })
    }

    /** A meter has shown these values. */
    shown(meter: string, t: number, values: Readonly<Record<string, number>> | undefined): void {
        this.news.samples.push({ type: "sample", meter, track: "shown", t, values })
    }

    /** EmonCMS has a new value for a time, in s. */
    stored(t: number): void {
        this.news.storedFrom = Math.min(this.news.storedFrom, t)
    }

    upload(upload: Upload): void {
        const hidden = { ...upload, request: this.hide(upload.request), answer: this.hide(upload.answer) }
        this.uploads = [...this.uploads.slice(1 - MOST_UPLOADS), hidden]
        this.news.uploads.push(hidden)
    }

    /** Adds a line of this computer to the device's log. */
    note(source: string, text: string): void {
        this.keep({ t: this.now() / 1000, level: 2, source, text })
    }

    private keep(line: LogLine): void {
        this.lines.push(line)
        this.trouble = troubleAfter(line, this.trouble)
        if (this.lines.length > MOST_LINES) this.lines = this.lines.slice(-MOST_LINES / 2)
        this.news.lines.push(line)
    }

    private receive(client: Client, message: FromPage): void {
        if (message.type === "watch") {
            client.watched = { meter: message.meter, quantity: message.quantity }
            client.send(this.series(client.watched))
            return
        }
        const { house } = this
        if (!house?.controls) {
            client.send({ type: "failure", text: "Faults, speed and scenarios are only for the simulator." })
            return
        }
        house
            .act(message)
            .catch((error: Error) => client.send({ type: "failure", text: error.message }))
            .finally(() => {
                this.news.state = true
            })
        this.news.state = true
    }

    private hello(): ToPage {
        return {
            type: "hello",
            meters: this.names,
            tracks: ["read", ...(this.house?.tracks ?? [])],
            controls: this.house?.controls,
            log: this.lines,
            uploads: this.uploads,
        }
    }

    private state(): ToPage {
        return {
            type: "state",
            now: this.now() / 1000,
            work: this.program,
            trouble: this.trouble,
            silence: this.silence,
            energy: this.energies(),
            house: this.house?.controls && this.house.state(),
        }
    }

    private energies(): MeterEnergy[] {
        return [...this.days.values()].flatMap(({ days }) => days ?? [])
    }

    private series({ meter, quantity }: NonNullable<Client["watched"]>): ToPage {
        const track = this.track(meter)
        const since = this.now() / 1000 - RECENT_S
        const { house } = this
        return {
            type: "series",
            meter,
            quantity,
            tracks: {
                read: track.points(quantity),
                ...(house?.tracks.includes("shown") ? { shown: house.shown(meter, quantity) } : {}),
                ...(house?.tracks.includes("stored") ? { stored: house.stored(meter, quantity) } : {}),
            },
            recent: Object.fromEntries(track.quantities.map(name => [name, track.points(name, since)])),
        }
    }

    private tell(): void {
        const { samples, lines, uploads, moves, storedFrom, state } = this.news
        this.news = nothingNew()
        for (const { send, watched } of this.clients) {
            const told: ToPage[] = samples.filter(({ meter }) => meter === watched?.meter)
            if (watched && storedFrom < Number.POSITIVE_INFINITY) {
                const points = this.house?.stored(watched.meter, watched.quantity, storedFrom)
                if (points) told.push({ type: "stored", ...watched, from: storedFrom, points })
            }
            if (lines.length > 0) told.push({ type: "log", lines })
            if (uploads.length > 0) told.push({ type: "uploads", uploads })
            if (moves.length > 0) told.push({ type: "moves", moves: moves.slice(0, MOST_MOVES) })
            if (state) told.push(this.state())
            if (told.length > 0) send(...told)
        }
    }

    private track(meter: string): Track {
        const track = this.readTracks.get(meter) ?? new Track()
        this.readTracks.set(meter, track)
        return track
    }

    private energyOf(meter: string, isHeat: boolean): EnergyDays {
        const days = this.days.get(meter) ?? new EnergyDays(meter, isHeat)
        this.days.set(meter, days)
        return days
    }
}

function nothingNew(): News {
    return {
        samples: [],
        lines: [],
        uploads: [],
        moves: [],
        storedFrom: Number.POSITIVE_INFINITY,
        state: false,
    }
}
