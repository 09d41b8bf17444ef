import { sleep, VirtualClock } from "../../../sim/clock"
import { type EmonCmsOptions, EmonCmsServer } from "../../../sim/emoncms/server"
import type { LineSettings, SerialLine } from "../../../sim/line/serial-line"
import { VirtualLine } from "../../../sim/line/virtual-line"
import type { Slave } from "../../../sim/meter/slave"
import { Simulation } from "../../../sim/simulation"
import { systemTcp } from "../../../sim/tcp/tcp"
import { VirtualTcp } from "../../../sim/tcp/virtual-tcp"
import { ToxicProxy } from "../../../sim/toxics/proxy"
import type { Toxic } from "../../../sim/toxics/toxic"
import type { LogLevel, LogLine } from "../../../sim/vm/device"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { serialSettings } from "../../../tools/wiring/serial-settings"

/** When a house begins by default: 3.2 s into a slot of 10 s. */
export const MORNING = Date.UTC(2026, 10, 22, 9, 0, 3, 200)

/** The node that the house's device uploads to. */
export const NODE = "house"

/** The address of the server in a network of the house's own. */
const HOST = "127.0.0.1"
const SERVER_PORT = 80
const PROXY_PORT = 8080

/** Flashes of the status light that are further apart than this, in seconds, belong to different rows. */
const ROW_GAP = 1.5

const AWAY: Toxic = { type: "down" }

/** One PZEM-016 at address 1. */
export const ONE_METER: Config = {
    board: defaultConfig.board,
    line: defaultConfig.line,
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
}

export interface HouseOptions {
    /** The wiring; {@link ONE_METER} by default. */
    readonly config?: Config
    /** The program; the project's own by default. */
    readonly entry?: string
    /** Source texts that replace those of the program, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    readonly slaves: (clock: VirtualClock) => readonly Slave[]
    /** Line settings of the meters; those of the wiring by default. */
    readonly meterSettings?: LineSettings
    readonly framing?: EmonCmsOptions["framing"]
    /** Settings that differ from correct ones; `undefined` for a missing one. */
    readonly settings?: Readonly<Record<string, unknown>>
    /** Makes the server's URL in the settings from its address. */
    readonly url?: (origin: string) => string
    /** Key that the device uses. */
    readonly key?: "write" | "read"
    /** When the clock begins. */
    readonly start?: number
    /**
     * How much faster than real time the house runs, if others reach it over this computer's network. By default it has a
     * network of its own and runs as fast as the machine can.
     */
    readonly speed?: number
    /** Whether nobody answers at the server's address until {@link House.bringServer}. */
    readonly away?: boolean
}

/** A value that arrived at the server. */
export interface Arrival {
    readonly time: number
    readonly node: string
    readonly input: string
    readonly value: number | null
}

/**
 * A house with everything in it: meters on a line, the device with the real program, and the server behind a proxy that can
 * do harm.
 */
export class House {
    readonly log: LogLine[] = []
    readonly arrivals: Arrival[] = []
    /** The code with which the program ended, for each time. */
    readonly programStops: number[] = []
    /** When the status light went on, in seconds since the Unix epoch. */
    readonly flashes: number[] = []

    private constructor(
        readonly clock: VirtualClock,
        readonly line: SerialLine,
        readonly server: EmonCmsServer,
        /** Address of the server itself in this computer's network. */
        readonly origin: string,
        /** The proxy in front of the server. */
        readonly proxy: ToxicProxy,
        readonly simulation: Simulation,
    ) {}

    /** Compiles the program for its wiring, and switches everything on. */
    static async build(options: HouseOptions): Promise<House> {
        const {
            config = ONE_METER,
            entry = "src/main.ts",
            overrides,
            framing,
            start = MORNING,
            speed,
            key = "write",
        } = options
        const { bytecode, hardware, wiring } = await buildImage({ entry, config, overrides })
        const clock = speed
            ? new VirtualClock(speed, start)
            : new VirtualClock(Number.POSITIVE_INFINITY, start, "work")
        const ownNetwork = speed ? undefined : new VirtualTcp(clock)
        const line = new VirtualLine({
            clock,
            slaves: options.slaves(clock),
            settings: options.meterSettings ?? serialSettings(wiring),
        })
        const server = new EmonCmsServer({ clock, framing })
        const { port, url: origin } = await server.listen()
        const target = { host: HOST, port: ownNetwork ? SERVER_PORT : port }
        await ownNetwork?.listen(target, socket => server.connect(socket))
        const proxy = new ToxicProxy({ clock, target, network: ownNetwork ?? systemTcp })
        if (options.away) await proxy.add(AWAY)
        const { url } = await proxy.listen(ownNetwork && PROXY_PORT)
        const settings = {
            EMON_URL: options.url?.(url) ?? url,
            EMON_KEY: key === "write" ? server.writeKey : server.readKey,
            EMON_NODE: NODE,
            RESTARTS: 0,
            ...options.settings,
        }
        const simulation = new Simulation({
            clock,
            bytecode,
            hardware,
            line,
            settings: new Map(Object.entries(settings)),
            network: ownNetwork,
            onLog: entry => house.log.push(entry),
            onProgramStop: code => house.programStops.push(code),
            onLight: color => {
                if (color.some(part => part > 0)) house.flashes.push(house.now)
            },
        })
        const house: House = new House(clock, line, server, origin, proxy, simulation)
        server.onAccepted(point => house.arrivals.push(point))
        await simulation.start()
        return house
    }

    async takeServer(): Promise<void> {
        await this.proxy.add(AWAY)
    }

    async bringServer(): Promise<void> {
        await this.proxy.remove(AWAY)
    }

    /** Seconds since the Unix epoch. */
    get now(): number {
        return this.clock.now() / 1000
    }

    get counters() {
        return this.simulation.counters
    }

    /** Lets this many seconds pass. */
    pass(seconds: number): Promise<void> {
        return sleep(this.clock, seconds * 1000)
    }

    /**
     * Lets time pass until a condition is true.
     * @param what the condition in words
     * @throws Error with the log's end if the condition is still false after `seconds` of the house's time
     */
    async until(what: string, isSo: () => boolean, seconds = 600): Promise<void> {
        const end = this.now + seconds
        while (!isSo()) {
            if (this.now >= end) throw new Error(`Not within ${seconds} s: ${what}.\n${this.story()}`)
            await this.pass(0.5)
        }
    }

    /** Counters, codes with which the program ended, and the last lines of the log, with trouble listed first. */
    private story(): string {
        const trouble = this.log.filter(({ level }) => level !== "info").slice(-20)
        const lines = [...trouble, ...this.log.slice(-5)].map(({ time, level, text }) =>
            [new Date(time).toISOString(), level, text].join(" "),
        )
        return [JSON.stringify(this.counters), `stops: ${this.programStops}`, ...lines].join("\n")
    }

    /** How often the status light blinks in its next row. */
    async blinks(): Promise<number> {
        const begin = this.flashes.length
        await this.pass(20)
        const starts = this.flashes.slice(begin).filter((at, i, all) => i > 0 && at - all[i - 1]! > ROW_GAP)
        return this.flashes.filter(at => at >= starts[0]! && at < starts[1]!).length
    }

    /** What the program said at a level. */
    said(level: LogLevel): string[] {
        return this.log.filter(entry => entry.level === level).map(({ text }) => text)
    }

    /** What arrived at one input, in order of arrival. */
    at(input: string): Arrival[] {
        return this.arrivals.filter(arrival => arrival.input === input)
    }

    /** Switches everything off. */
    async close(): Promise<void> {
        await this.simulation.stop()
        await this.line.close()
        await this.proxy.close()
        await this.server.close()
        this.clock.stop()
    }
}

const houses = new Set<House>()

/** Builds a house that {@link closeHouses} takes down. */
export async function build(options: HouseOptions): Promise<House> {
    const house = await House.build(options)
    houses.add(house)
    return house
}

/** Call this after each test. */
export async function closeHouses(): Promise<void> {
    for (const house of houses) await house.close()
    houses.clear()
}
