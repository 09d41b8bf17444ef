import { VirtualClock } from "../../../sim/clock"
import { type EmonCmsOptions, EmonCmsServer } from "../../../sim/emoncms/server"
import type { LineSettings } from "../../../sim/line/serial-line"
import { VirtualLine } from "../../../sim/line/virtual-line"
import type { Slave } from "../../../sim/meter/slave"
import { Rig } from "../../../sim/rig"
import type { Simulation } from "../../../sim/simulation"
import { systemTcp } from "../../../sim/tcp/tcp"
import { VirtualTcp } from "../../../sim/tcp/virtual-tcp"
import { ToxicProxy } from "../../../sim/toxics/proxy"
import type { Toxic } from "../../../sim/toxics/toxic"
import type { LogLevel } from "../../../sim/vm/device"
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
    readonly arrivals: Arrival[] = []
    /** When the status light went on, in seconds since the Unix epoch. */
    readonly flashes: number[] = []

    private constructor(
        readonly rig: Rig,
        readonly line: VirtualLine,
        readonly server: EmonCmsServer,
        /** Address of the server itself in this computer's network. */
        readonly origin: string,
        /** The proxy in front of the server. */
        readonly proxy: ToxicProxy,
    ) {
        server.onAccepted(point => this.arrivals.push(point))
    }

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
        const rig = new Rig({
            clock,
            bytecode,
            hardware,
            line,
            settings: new Map(Object.entries(settings)),
            network: ownNetwork,
            onLight: color => {
                if (color.some(part => part > 0)) house.flashes.push(house.now)
            },
            behind: [proxy, server],
        })
        const house: House = new House(rig, line, server, origin, proxy)
        await rig.start()
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
        return this.rig.clock.now() / 1000
    }

    get clock(): VirtualClock {
        return this.rig.clock
    }

    get simulation(): Simulation {
        return this.rig.simulation
    }

    get counters() {
        return this.rig.counters
    }

    /** Lets this many seconds pass. */
    pass(seconds: number): Promise<void> {
        return this.rig.pass(seconds)
    }

    /** Lets time pass until a condition is true, see {@link Rig.until}. */
    until(what: string, isSo: () => boolean, limitSeconds?: number): Promise<void> {
        return this.rig.until(what, isSo, limitSeconds)
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
        return this.rig.log.filter(entry => entry.level === level).map(({ text }) => text)
    }

    /** What arrived at one input, in order of arrival. */
    at(input: string): Arrival[] {
        return this.arrivals.filter(arrival => arrival.input === input)
    }

    /** Switches everything off. */
    close(): Promise<void> {
        return this.rig.end()
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
