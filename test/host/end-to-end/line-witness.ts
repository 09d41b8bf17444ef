import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { heatPump } from "../../../sim/meter/heat-pump"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { Answer, Slave } from "../../../sim/meter/slave"
import { SETTLE_MS, type VirtualMeter } from "../../../sim/meter/virtual-meter"
import { Rig } from "../../../sim/rig"
import type { LogLine } from "../../../sim/vm/device"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

/** A reading that the program has published. */
export interface Published {
    readonly meter: string
    /** The integers of its values. */
    readonly values: string
    /** The reading's own time, which is when its round of polls began. */
    readonly at: number
    /** When the meter last sent exactly these values, up to the end of that round; `undefined` for never. */
    readonly saidAt: number | undefined
}

/** A meter on the line that remembers when it sent which true register contents. */
export class WitnessedMeter implements Slave {
    private readonly said = new Map<string, number[]>()
    private onSince: number

    constructor(
        private readonly clock: VirtualClock,
        readonly meter: VirtualMeter,
    ) {
        this.onSince = clock.now()
    }

    receive(frame: Uint8Array): Answer | undefined {
        const answer = this.meter.receive(frame)
        const settled = this.clock.now() - this.onSince >= SETTLE_MS
        if (answer && answer.bytes[1] === 4 && answer.bytes[2] === 20 && settled) {
            const values = valuesIn(answer.bytes)
            this.said.set(values, [...(this.said.get(values) ?? []), this.clock.now()])
        }
        return answer
    }

    loseCount(): void {
        this.meter.loseCount()
    }

    /** When the meter last sent these values, up to a moment. */
    lastSaid(values: string, before: number): number | undefined {
        return this.said.get(values)?.findLast(at => at <= before)
    }

    powerOff(): void {
        this.meter.powerOff()
    }

    powerOn(): void {
        this.onSince = this.clock.now()
        this.meter.powerOn()
    }
}

/** The integers of a PZEM's ten input registers, decoded as its manual says. */
function valuesIn(bytes: Uint8Array): string {
    const word = (register: number) => bytes[3 + 2 * register]! * 256 + bytes[4 + 2 * register]!
    const long = (register: number) => word(register) + 65536 * word(register + 1)
    return [word(0), long(1), long(3), long(5), word(7), word(8), word(9)].join(",")
}

/** The line half of the program, which polls witnessed meters as fast as the machine can. */
export class WitnessedLine {
    readonly published: Published[] = []
    readonly warnings: string[] = []
    /** Changes of the meters' states, such as `meter1 unknown`. */
    readonly states: string[] = []

    private constructor(
        readonly rig: Rig,
        readonly line: VirtualLine,
        readonly meters: ReadonlyMap<string, WitnessedMeter>,
        /** The longest duration of a round of polls. */
        private readonly roundMs: number,
    ) {}

    static async begin(
        count: number,
        pollSeconds: number,
        seed = 1,
        line = defaultConfig.line,
    ): Promise<WitnessedLine> {
        const names = Array.from({ length: count }, (_, i) => `meter${i + 1}`)
        const config: Config = {
            board: defaultConfig.board,
            line,
            meters: names.map((name, i) => ({ name, model: "pzem-016", address: i + 1 })),
            pollSeconds,
        }
        const { bytecode, hardware } = await buildImage({ entry: "test/device/line-program.ts", config })
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, Date.UTC(2026, 0, 15, 6))
        const meters = new Map(
            names.map((name, i) => {
                const options = {
                    clock,
                    address: i + 1,
                    load: heatPump(i + 1),
                    energyWh: 1_000_000 * (i + 1),
                }
                const meter = pzem016({ ...options, poweredSince: clock.now(), seed: seed + i })
                return [name, new WitnessedMeter(clock, meter)]
            }),
        )
        const wire = new VirtualLine({ clock, slaves: [...meters.values()], seed })
        const onLog = (entry: LogLine) => witnessed.hear(entry)
        const rig = new Rig({ clock, bytecode, hardware, line: wire, onLog })
        const witnessed = new WitnessedLine(rig, wire, meters, pollSeconds * 1000)
        await rig.start()
        return witnessed
    }

    /** How many readings of each meter were published since a moment of the clock. */
    countSince(moment: number): number[] {
        return [...this.meters.keys()].map(
            name => this.published.filter(({ meter, at }) => meter === name && at >= moment).length,
        )
    }

    private hear({ level, text }: LogLine): void {
        if (level === "warn") this.warnings.push(text)
        if (text.startsWith("state ")) this.states.push(text.slice("state ".length))
        const [, meter, age, values] = /^reading (\S+) (\d+) (\S+)$/.exec(text) ?? []
        if (meter === undefined || values === undefined) return
        const at = this.rig.clock.now() - Number(age)
        const saidAt = this.meters.get(meter)?.lastSaid(values, at + this.roundMs)
        this.published.push({ meter, values, at, saidAt })
    }
}
