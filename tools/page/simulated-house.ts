import { PREPARE, STATION_INDEX } from "../../sim/bus/services"
import { sleep, type VirtualClock } from "../../sim/clock"
import type { EmonCmsServer } from "../../sim/emoncms/server"
import type { SerialLine } from "../../sim/line/serial-line"
import { VirtualLine } from "../../sim/line/virtual-line"
import { RemoteClock } from "../../sim/remote-clock"
import type { Simulation } from "../../sim/simulation"
import type { ToxicProxy } from "../../sim/toxics/proxy"
import type { Wifi } from "../../sim/vm/wifi"
import { DeviceFaults } from "../scenario/device-faults"
import type { BreakableDevice } from "../scenario/faults"
import type { FaultOptions } from "../scenario/format"
import { type End, endAll, Switches } from "../scenario/switches"
import { type ClickableWorld, type Fault, faultButtons } from "./fault-buttons"
import type { House } from "./live-page"
import type { FromPage, HouseControls, HouseState, Points, TrackName } from "./messages"
import type { Portal } from "./portal"
import { ScenarioPlayer, shippedScenarios } from "./scenario-player"
import type { ShownMeter, ShownValues } from "./shown-values"
import type { StoredValues } from "./stored-values"

/** Highest speed. At a higher one, the page would show too little of what happens. */
const MOST_SPEED = 600
const SPEEDS = [1, 10, 60, 600]

/** The parts of a simulated house. */
export interface HouseParts {
    readonly clock: VirtualClock
    readonly line: SerialLine
    readonly meters: readonly ShownMeter[]
    readonly wifi: Wifi
    /** The stand-in with its clock, network and feeds; `undefined` for a real server. */
    readonly emoncms:
        | {
              readonly server: EmonCmsServer
              readonly clock: RemoteClock
              readonly proxy: ToxicProxy
              readonly portal: Portal
              readonly stored: StoredValues
          }
        | undefined
    /** Address at which a browser sees what EmonCMS has. */
    readonly emoncmsPage: string
    readonly shown: ShownValues | undefined
    /** Time cannot run faster, because the line or the server is real. */
    readonly realTime: boolean
    /** Compiles the program with places for faults. */
    compileFaulty(): Promise<Uint8Array>
    /** Receives a sentence about what happens. */
    say(sentence: string): void
}

/** There is no such fault, or its parameter is missing or wrong. */
export class UnknownFault extends Error {
    constructor(readonly fault: string) {
        super(`this simulation has no fault "${fault}"`)
        this.name = "UnknownFault"
    }
}

/** Time cannot run at this speed. */
export class UnfitSpeed extends Error {
    constructor(readonly speed: number) {
        super(
            `choose a speed from 1 to ${MOST_SPEED}; above 1 it needs a virtual meter and the built-in EmonCMS`,
        )
        this.name = "UnfitSpeed"
    }
}

/** Carries out in the simulator what is clicked on the page. */
export class SimulatedHouse implements House {
    readonly controls: HouseControls
    readonly tracks: readonly TrackName[]
    private readonly faults: readonly Fault[]
    /** Faults in effect, by the ids of their buttons. A fault may need time to begin. */
    private readonly goingOn = new Map<string, Promise<End>>()
    private readonly world: ClickableWorld
    private player: ScenarioPlayer | undefined
    /** Scenarios are started and stopped one after the other. */
    private playing: Promise<unknown> = Promise.resolve()
    private busy: string | undefined
    /** Resolves when the program with places for faults is running; `undefined` while the ordinary one runs. */
    private faulty: Promise<void> | undefined

    private constructor(
        private readonly parts: HouseParts,
        private readonly simulation: Simulation,
        scenarios: HouseControls["scenarios"],
    ) {
        const { emoncms, emoncmsPage, meters, shown, realTime } = parts
        this.world = this.makeWorld()
        this.faults = faultButtons({ server: emoncms !== undefined, meters: meters.map(({ name }) => name) })
        this.tracks = [...(shown ? (["shown"] as const) : []), ...(emoncms ? (["stored"] as const) : [])]
        this.controls = {
            emoncms: emoncmsPage,
            faults: this.faults.map(({ begin: _, ...button }) => button),
            speeds: realTime ? [] : SPEEDS,
            scenarios,
        }
    }

    static async open(parts: HouseParts, simulation: Simulation): Promise<SimulatedHouse> {
        return new SimulatedHouse(parts, simulation, await shippedScenarios())
    }

    shown(meter: string, quantity: string): Points {
        return this.parts.shown?.points(meter, quantity) ?? { t: [], v: [] }
    }

    stored(meter: string, quantity: string, since?: number): Points {
        return this.parts.emoncms?.stored.points(meter, quantity, since) ?? { t: [], v: [] }
    }

    state(): HouseState {
        return {
            speed: this.parts.clock.speed,
            faults: [...this.goingOn.keys()],
            busy: this.busy,
            scenario: this.player?.state,
        }
    }

    async act(message: Exclude<FromPage, { type: "watch" }>): Promise<void> {
        switch (message.type) {
            case "begin":
                return this.begin(message.fault, message.part)
            case "end":
                return this.end(message.fault)
            case "speed":
                return this.run(message.speed)
            case "play":
                return this.play(message.file)
            case "stop":
                return this.inTurn(async () => this.player?.stop())
        }
    }

    /** Ends the faults in effect, so that everything can be shut down. */
    async close(): Promise<void> {
        const ends = [...this.goingOn.keys()].map(id => () => this.end(id))
        const stop = () => this.inTurn(async () => this.player?.stop())
        await endAll([stop, ...ends]).catch((error: Error) => this.parts.say(error.message))
    }

    private async begin(id: string, part: string | undefined): Promise<void> {
        const fault = this.faults.find(({ id: own }) => own === id)
        if (!fault || (fault.parts && !fault.parts.includes(part ?? ""))) throw new UnknownFault(id)
        if (this.goingOn.has(id)) return
        const words = [fault.label, part].filter(word => word !== undefined).join(": ")
        if (!fault.lasts) {
            this.parts.say(words)
            await fault.begin(this.world, part)
            return
        }
        // Two clicks in quick succession begin it only once.
        const beginning = (async () => fault.begin(this.world, part))()
        this.goingOn.set(id, beginning)
        try {
            await beginning
        } catch (error) {
            if (this.goingOn.get(id) === beginning) this.goingOn.delete(id)
            throw error
        }
        this.parts.say(`${words}: begins`)
    }

    private async end(id: string): Promise<void> {
        const beginning = this.goingOn.get(id)
        if (!beginning) return
        this.goingOn.delete(id)
        await (await beginning)()
        const label = this.faults.find(fault => fault.id === id)?.label
        this.parts.say(`${label}: ends`)
    }

    private async run(speed: number): Promise<void> {
        if (this.parts.realTime || !(speed >= 1 && speed <= MOST_SPEED)) throw new UnfitSpeed(speed)
        this.parts.clock.speed = speed
    }

    private async play(file: string): Promise<void> {
        if (!this.controls.scenarios.some(scenario => scenario.file === file)) throw new UnknownFault(file)
        const { clock, say } = this.parts
        await this.inTurn(async () => {
            await this.player?.stop()
            this.player = await ScenarioPlayer.play(
                file,
                clock,
                this.world,
                options => this.can(options),
                say,
            )
        })
    }

    private inTurn<T>(work: () => Promise<T>): Promise<T> {
        const done = this.playing.then(work)
        this.playing = done.catch(() => {})
        return done
    }

    /** Whether this house has what a fault of a scenario needs. */
    private can({ fault, meter }: FaultOptions): boolean {
        const { emoncms, meters, line } = this.parts
        if (/^(server|key|database|redis|toxic)/.test(fault)) return emoncms !== undefined
        if (fault === "line" || fault === "meter-off") {
            const isThere = meter === undefined || meters.some(({ name }) => name === meter)
            return line instanceof VirtualLine && meters.length > 0 && isThere
        }
        return fault !== "gateway" && fault !== "another-writer"
    }

    private makeWorld(): ClickableWorld {
        const { emoncms, line, meters, wifi } = this.parts
        const { simulation } = this
        const missing = () => {
            throw new UnknownFault("in the server")
        }
        const switches = new Switches()
        const server = emoncms?.server
        const silence = { type: "timeout", timeout: 0, stream: "upstream" } as const
        return {
            tcp: {
                interrupt: outage => {
                    if (outage === "unreachable") return wifi.interrupt()
                    const own = { ...silence }
                    void emoncms?.proxy.add(own)
                    return () => emoncms?.proxy.remove(own)
                },
            },
            proxy: emoncms?.proxy ?? { add: missing, remove: missing },
            server: server ?? { writeKey: "", databaseDown: false, redisDown: false, flushRedis: missing },
            key: server?.writeKey ?? "",
            serverClock: emoncms?.clock ?? new RemoteClock(this.parts.clock),
            witnesses: meters,
            line: line instanceof VirtualLine ? line : new VirtualLine({ clock: this.parts.clock }),
            portal: emoncms?.portal,
            switches,
            simulation,
            device: this.makeDevice(switches),
            writeAsAnother: missing,
        }
    }

    /** A device whose program has no places for faults until an actor is to fail. */
    private makeDevice(switches: Switches): BreakableDevice {
        const { simulation } = this
        const faults = new DeviceFaults({ clock: this.parts.clock, simulation }, switches, Math.random)
        return {
            reset: () => faults.reset(),
            cutPower: () => faults.cutPower(),
            tearNextWrite: () => faults.tearNextWrite(),
            redeploy: () => {
                this.faulty = undefined
                return faults.redeploy()
            },
            strike: async (does, actor) => {
                this.faulty ??= this.makeFaulty()
                await this.faulty
                await faults.strike(does, actor)
            },
        }
    }

    private async makeFaulty(): Promise<void> {
        const { clock, compileFaulty, say } = this.parts
        this.busy = "compiling the program with test faults"
        say("The program is being compiled again with test faults, and deployed.")
        try {
            const bytecode = await compileFaulty()
            await this.simulation.command(STATION_INDEX, PREPARE, new Uint8Array(0))
            await sleep(clock, SAVED_MS)
            await this.simulation.deploy(bytecode)
            await sleep(clock, STARTED_MS)
        } catch (error) {
            this.faulty = undefined
            throw error
        } finally {
            this.busy = undefined
        }
    }
}

/** How long the program needs to save the queue, in ms, unless it is very long. */
const SAVED_MS = 3000
/** How long the program needs to start, in ms. */
const STARTED_MS = 3000
