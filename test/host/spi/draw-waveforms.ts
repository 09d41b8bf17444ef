import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Signal } from "../../../sim/spi/signal"
import { type EdgeDelay, transmit } from "../../../sim/spi/uart"
import { captures, hex } from "./test-stand"

/** A waveform that carries the recorded frame. */
interface Drawing {
    name: string
    baud: number
    /** Samples from the beginning to the first start bit. */
    start: number
    delay?: EdgeDelay
    /** Whether a pulse of three samples, too short for a start bit, comes before the frame. */
    glitch?: boolean
}

const SAMPLE_US = 12.8

const drawings: Drawing[] = [
    { name: "clean", baud: 9600, start: 30.3 },
    { name: "fast", baud: 9600 * 1.04, start: 25.8 },
    { name: "slow", baud: 9600 * 0.96, start: 28.1 },
    { name: "lateEdges", baud: 9600 * 1.02, start: 31.9, delay: { rising: 0, falling: 10.4, jitter: 0 } },
    { name: "glitch", baud: 9600, start: 60.5, glitch: true },
]

/** The frame's line, sampled by the SPI, as hex digits. */
function draw({ baud, start, delay, glitch }: Drawing): string {
    const line = new Signal()
    if (glitch) {
        line.set(20 * SAMPLE_US, false)
        line.set(23 * SAMPLE_US, true)
    }
    const end = transmit(line, captures[0]!, { baud }, start * SAMPLE_US, { delay })
    const samples = new Uint8Array(Math.ceil(end / SAMPLE_US / 32) * 4 + 16)
    for (let i = 0; i < samples.length * 8; i++) {
        if (line.at((i + 0.5) * SAMPLE_US)) samples[i >> 3]! |= 0x80 >> (i & 7)
    }
    return hex(samples)
}

/** Source of the device tests' waveforms. */
export function waveformSource(): string {
    return [
        "// Made by test/host/spi/draw-waveforms.ts: edges on a time axis, sampled at 78125 Hz. Nothing here comes from the",
        "// driver's encoder.",
        "",
        "/** The first frame of the recorded answers in test/data/captures/pzem-ac-responses.txt. */",
        `export const frame = hex\`${hex(captures[0]!)}\``,
        ...drawings.flatMap(drawing => ["", `export const ${drawing.name} = hex\`${draw(drawing)}\``]),
        "",
    ].join("\n")
}

export const waveformFile = join(import.meta.dirname, "../../device/line/ports/spi-uart/waveforms.ts")

if (process.argv[1] === import.meta.filename) writeFileSync(waveformFile, waveformSource())
