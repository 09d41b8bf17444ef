import { VirtualClock } from "../../sim/clock"
import { EmonCmsServer } from "../../sim/emoncms/server"
import { GatewayHabits } from "../../sim/line/gateway-habits"
import { VirtualLine } from "../../sim/line/virtual-line"
import { heatPump } from "../../sim/meter/heat-pump"
import { virtualMeter } from "../../sim/meter/models"
import { type Random, seededRandom } from "../../sim/random"
import { RemoteClock } from "../../sim/remote-clock"
import { Rig } from "../../sim/rig"
import type { Simulation } from "../../sim/simulation"
import { VirtualTcp } from "../../sim/tcp/virtual-tcp"
import { ToxicProxy } from "../../sim/toxics/proxy"
import { Flash } from "../../sim/vm/flash"
import { faultyProgram } from "../faulty-program/faulty-program"
import { buildImage, type Image } from "../image"
import { chosenFields } from "../meters/chosen-fields"
import type { Config, LineConfig, UploadedField, WiredMeter } from "../wiring/config"
import { defaultConfig } from "../wiring/default-config"
import { serialSettings } from "../wiring/serial-settings"
import { DeviceFaults } from "./device-faults"
import type { ScenarioLine, ScenarioMeter } from "./format"
import type { Journal } from "./journal"
import { ModelAnswers, PzemAnswers } from "./meter-answers"
import { setUpFeeds } from "./owner"
import { Switches } from "./switches"
import { Witness } from "./witness"

/** What a world consists of. */
export interface WorldOptions {
    /** Start time, in ms since the Unix epoch. */
    readonly start: number
    readonly seed: number
    /** The model defaults to PZEM-016. */
    readonly meters: readonly (Omit<ScenarioMeter, "model"> & Partial<ScenarioMeter>)[]
    /** A heat meter in the water circuit of the first meter's heat pump. */
    readonly heatMeter?: ScenarioMeter
    /** Settings of the line that differ from those in `config`. */
    readonly line?: ScenarioLine
    readonly pollSeconds: number
    readonly uploadSeconds: number
    /** Board, driver and store. Defaults to the project's default configuration. */
    readonly config?: Config
    /** The server's version of EmonCMS. Defaults to the newest. */
    readonly emoncmsVersion?: string
    readonly journal: Journal
    /** The device's flash. Defaults to an erased one. */
    readonly flash?: Flash
    /** Texts that replace source files of the program, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    /** Use the program with places for faults, see {@link DeviceFaults.strike}. */
    readonly faulty?: boolean
}

const NODE = "house"
const HOST = "emoncms.example"
const GATEWAY = "gateway.example"
const WEB_PORT = 80
const SERVER_PORT = 8080

/** Greatest age of rows from another program, in s. */
const OTHERS_AGE_S = 30

/** How many lines of its log a world keeps: it may last for weeks, and the journal notes what matters. */
const KEPT_LINES = 1000

/**
 * Meters on a line, a device with the real program, and an EmonCMS behind a proxy that can cause faults, all in virtual time
 * and as fast as the computer can run it. A world is deterministic: the same seed gives the same world.
 */
export class World {
    readonly key = "0123456789abcdef0123456789abcdef"
    readonly clock: VirtualClock
    readonly serverClock: RemoteClock
    readonly server: EmonCmsServer
    readonly tcp: VirtualTcp
    readonly proxy: ToxicProxy
    readonly line: VirtualLine
    readonly witnesses: readonly Witness[]
    readonly switches = new Switches()
    readonly flash: Flash
    readonly rig: Rig
    readonly simulation: Simulation
    readonly device: DeviceFaults
    /** Feed ids by input names. */
    feeds: ReadonlyMap<string, number> = new Map()
    /** Use of the flash up to the end of the deployment. */
    deployed = { writes: 0, erases: 0 }
    private readonly random: Random
    private readonly journal: Journal

    private constructor(
        options: WorldOptions,
        /** The program that the device runs. */
        readonly image: Image,
    ) {
        const { start, seed, meters, journal, flash = new Flash(), emoncmsVersion: version } = options
        this.journal = journal
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, start, "work")
        this.clock = clock
        this.flash = flash
        this.random = seededRandom(seed)
        this.serverClock = new RemoteClock(clock)
        this.server = new EmonCmsServer({ clock: this.serverClock, writeKey: this.key, version })
        this.tcp = new VirtualTcp(clock)
        const target = { host: HOST, port: SERVER_PORT }
        this.proxy = new ToxicProxy({
            clock: new RemoteClock(clock),
            target,
            network: this.tcp,
            random: seededRandom(seed + 1),
        })
        const { wiring } = image
        this.witnesses = wiring.meters.map((meter, i) => {
            const isHeatMeter = i === meters.length
            const virtual = virtualMeter(meter.facts, {
                clock,
                address: meter.address,
                load: heatPump(isHeatMeter ? seed : seed + i),
                energyWh: isHeatMeter ? 0 : 1_000_000 * (i + 1),
                poweredSince: clock.now(),
                seed: isHeatMeter ? seed : seed + i,
            })
            return new Witness(clock, meter.name, virtual, answersOf(meter, wiring.uploaded[i]!))
        })
        this.line = new VirtualLine({
            clock,
            slaves: this.witnesses,
            seed,
            settings: serialSettings(wiring),
        })
        const settings = { EMON_URL: `http://${HOST}`, EMON_KEY: this.key, EMON_NODE: NODE }
        this.rig = new Rig({
            clock,
            bytecode: image.bytecode,
            hardware: image.hardware,
            line: this.line,
            settings: new Map(Object.entries(settings)),
            flash,
            network: this.tcp,
            gatewayHabits: new GatewayHabits(seed + 3),
            onLog: line => journal.hear(line, this.witnesses),
            onProgramStop: code => journal.programStopped(code),
            keptLines: KEPT_LINES,
            behind: [this.proxy],
        })
        this.simulation = this.rig.simulation
        this.device = new DeviceFaults(this.rig, this.switches, this.random, () => this.count())
    }

    /** Compiles the program, sets up the server, and switches everything on. */
    static async begin(options: WorldOptions): Promise<World> {
        const { meters, heatMeter, pollSeconds, uploadSeconds, overrides, faulty } = options
        const { board, line, store } = options.config ?? defaultConfig
        const config: Config = {
            board,
            line: lineOf(line, options.line),
            store,
            meters: [
                ...meters.map(meter => ({ model: "pzem-016", ...meter })),
                ...(heatMeter ? [heatMeter] : []),
            ],
            pollSeconds,
            uploadSeconds,
        }
        const program = faulty
            ? {
                  entry: faultyProgram.entry,
                  overrides: { ...overrides, ...(await faultyProgram.overrides()) },
              }
            : { overrides }
        const world = new World(options, await buildImage({ ...program, config }))
        const inputs = world.witnesses.flatMap(({ name }) => world.inputsOf(name))
        world.feeds = await world.clock.hold(setUpFeeds(world.server, NODE, inputs, pollSeconds))
        await world.tcp.listen({ host: HOST, port: SERVER_PORT }, socket => world.server.connect(socket))
        await world.proxy.listen(WEB_PORT, HOST)
        const first = new Set(world.witnesses.map(({ name }) => world.inputsOf(name)[0]!))
        world.server.onAccepted(point => {
            if (inputs.includes(point.input)) options.journal.serverTook(point, first.has(point.input))
        })
        await world.rig.start()
        const { writes, erases } = world.flash
        world.deployed = { writes, erases }
        return world
    }

    /** The names of a meter's inputs, in the order of its values. With several meters, they begin with the meter's name. */
    inputsOf(meter: string): string[] {
        const { inputs } = this.witnesses.find(({ name }) => name === meter)!.answers
        return inputs.map(input => (this.witnesses.length > 1 ? `${meter}_${input}` : input))
    }

    /**
     * Writes to the device's inputs as another program would, at a time within the last half minute, sometimes one that the
     * device itself could have sent. The feeds do not get these values, so that they can still be compared with the meters.
     */
    writeAsAnother(): void {
        const age = Math.floor(this.random() * OTHERS_AGE_S)
        this.server.touchInputs(NODE, Math.floor(this.serverClock.now() / 1000) - age)
    }

    /** Notes the program's counters in the journal. */
    count(): void {
        this.journal.count(this.simulation.counters)
    }

    end(): Promise<void> {
        return this.rig.end()
    }
}

function answersOf({ facts, fields }: WiredMeter, uploaded: readonly UploadedField[]) {
    if (facts.id === "pzem-016") return new PzemAnswers()
    return new ModelAnswers(facts, chosenFields(facts, fields), uploaded)
}

/** The line of a configuration, with the scenario's changes. */
function lineOf(wired: LineConfig, { gateway, ...characters }: ScenarioLine = {}): LineConfig {
    if (gateway !== undefined) return { driver: "tcp", host: GATEWAY, mode: gateway }
    return wired.driver === "tcp" ? wired : { ...wired, ...characters }
}
