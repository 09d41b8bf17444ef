import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Line } from "../../sim/spi/line"
import { ServedUart } from "../../sim/spi/served-uart"
import { Signal } from "../../sim/spi/signal"
import { Slave } from "../../sim/spi/slave"
import { transmit } from "../../sim/spi/uart"
import { compileProgram } from "../compile/compile"
import { projectRoot } from "../project"
import { Drawing } from "./svg"

const FORMAT = { baud: 9600, stopBits: 1 } as const
const SAMPLE_RATE = 78_125
const SAMPLES_PER_BIT = SAMPLE_RATE / FORMAT.baud
const SAMPLE_US = 1e6 / SAMPLE_RATE

/** A character whose level changes often, but not at every bit. */
const CHARACTER = 0x35
const REQUEST = [0x01, 0x04, 0x00, 0x00, 0x00, 0x0a, 0x70, 0x0d]
const REPLY = [..."010414089108070000112900001ca1000201f6006100006825".matchAll(/../g)].map(([byte]) =>
    Number.parseInt(byte, 16),
)
const LATENCY_MS = 35

const LEFT = 20
const WIDTH = 920
const STYLE = `
.wave { fill: none; stroke: #1c7a4d; stroke-width: 2; }
.heard { fill: none; stroke: #2a5d9c; stroke-width: 2.2; }
.ideal { stroke: #c8622a; stroke-width: 1; stroke-dasharray: 3 3; }
.byte { fill: #f7f7f2; stroke: #b9c2c8; }
.tick { stroke: #d8dee1; stroke-width: 1; }
.span { stroke: #3b4a54; stroke-width: 1.2; }
.vote { fill: #c8622a; }
.heading { font-weight: bold; font-size: 15px; fill: #1f2a30; }
.note { font-size: 12px; fill: #47565f; }
.bit { font-size: 12px; fill: #1f2a30; text-anchor: middle; }
.hex { font-size: 12px; fill: #1f2a30; text-anchor: middle; font-family: monospace; }
.middle { font-size: 12px; fill: #47565f; text-anchor: middle; }
`

/** A transfer as it happened: what the driver sent, and what it received meanwhile. */
interface Transfer {
    sent: Uint8Array
    received: Uint8Array
}

/** Makes the driver's bytecode perform an exchange on a simulated line. */
async function exchange(uart: ServedUart, slaves: Slave[], request: number[]): Promise<Transfer> {
    const adapter = { direction: { kind: "automatic" as const, holdUs: 0 }, echo: false }
    await uart.open(new Line({ adapter, slaves }), FORMAT)
    const peripheral = uart.board.wire.peripheral!
    let made: Transfer | undefined
    const transfer = peripheral.transfer.bind(peripheral)
    peripheral.transfer = (sent, now) => {
        const result = transfer(sent, now)
        made = { sent: Uint8Array.from(sent), received: result.samples }
        return result
    }
    await uart.exchange(Uint8Array.from(request))
    if (!made) throw new Error("The port has made no transfer")
    return made
}

function bitsOf(bytes: Uint8Array): boolean[] {
    return Array.from({ length: bytes.length * 8 }, (_, i) => ((bytes[i >> 3]! >> (7 - (i & 7))) & 1) === 1)
}

const NAMES = ["start", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "stop"]

/** Draws one character as the encoder makes it. */
function drawSent(drawing: Drawing, top: number, character: Uint8Array): void {
    const step = WIDTH / (character.length * 8)
    drawing.text(
        LEFT,
        top,
        `Sending 0x${CHARACTER.toString(16)} at 9600 bit/s: 11 SPI bytes, 88 samples at 78125 Hz on MOSI`,
        "heading",
    )
    const wave = top + 40
    for (const [i, byte] of character.entries()) {
        const x = LEFT + i * 8 * step
        drawing.box(x, wave + 56, 8 * step, 22, "byte")
        drawing.text(x + 4 * step, wave + 71, byte.toString(16).padStart(2, "0"), "hex")
        for (let sample = 0; sample < 8; sample++) {
            const tick = x + sample * step
            drawing.line(tick, wave + (sample === 0 ? 44 : 50), tick, wave + 56, "tick")
        }
    }
    for (const [bit, name] of NAMES.entries()) {
        const x = LEFT + bit * SAMPLES_PER_BIT * step
        drawing.line(x, wave - 12, x, wave + 48, "ideal")
        drawing.text(x + (SAMPLES_PER_BIT * step) / 2, wave - 8, name, "bit")
    }
    drawing.wave(LEFT, wave, step, 40, bitsOf(character), "wave")
    drawing.text(
        LEFT,
        wave + 96,
        "Dashed: where the bits really begin, every 8.138 samples. Each edge is the nearest sample; the next character begins on a byte again.",
    )
}

/** Draws a character from a meter whose clock is slow, and the samples that decide each of its bits. */
function drawReceived(drawing: Drawing, top: number): void {
    const percent = -3
    const firstLow = 6
    const signal = new Signal()
    transmit(signal, [CHARACTER], { baud: FORMAT.baud * (1 + percent / 100) }, (firstLow - 0.3) * SAMPLE_US)
    const count = 96
    const step = WIDTH / count
    const levels = Array.from({ length: count }, (_, i) => signal.at((i + 0.5) * SAMPLE_US))
    const first = levels.indexOf(false)
    drawing.text(LEFT, top, "Receiving it from a meter whose clock is 3 % slow", "heading")
    const wave = top + 40
    drawing.wave(LEFT, wave, step, 40, levels, "heard")
    const stopCentre = first + Math.round(9.5 * SAMPLES_PER_BIT - 0.5)
    for (const [bit, name] of NAMES.entries()) {
        const centre = stopCentre - 8 * (9 - bit)
        for (const sample of [centre - 1, centre, centre + 1]) {
            drawing.dot(LEFT + (sample + 0.5) * step, wave + (levels[sample] ? 0 : 40), 3.4, "vote")
        }
        drawing.text(LEFT + (centre + 0.5) * step, wave - 10, name, "bit")
    }
    drawing.line(LEFT + first * step, wave - 14, LEFT + first * step, wave + 52, "ideal")
    drawing.text(
        LEFT + first * step + 4,
        wave + 56,
        "the first low sample starts the clock of this character",
    )
    drawing.text(
        LEFT,
        wave + 76,
        "Three samples in a row vote on each bit. The votes lie 8 samples apart, counted back from the centre of the stop bit, where the",
    )
    drawing.text(
        LEFT,
        wave + 92,
        "difference between the clocks has grown most. (At two of the eight positions in a byte the votes on start, d0 to d4 come one or two samples earlier.)",
    )
}

/** Draws the whole poll. */
function drawPoll(drawing: Drawing, top: number, transfer: Transfer): void {
    const ms = (transfer.sent.length * 8 * SAMPLE_US) / 1000
    const scale = WIDTH / ms
    drawing.text(
        LEFT,
        top,
        `A poll is one SPI transfer: ${transfer.sent.length} bytes, ${Math.round(ms)} ms`,
        "heading",
    )
    const step = WIDTH / (transfer.sent.length * 8)
    drawing.text(LEFT, top + 26, "MOSI", "note")
    drawing.wave(LEFT, top + 32, step, 30, bitsOf(transfer.sent), "wave")
    drawing.text(LEFT, top + 88, "MISO", "note")
    drawing.wave(LEFT, top + 94, step, 30, bitsOf(transfer.received), "heard")
    const sampleMs = SAMPLE_US / 1000
    const lows = bitsOf(transfer.sent).flatMap((level, i) => (level ? [] : [i * sampleMs]))
    const heard = bitsOf(transfer.received).flatMap((level, i) => (level ? [] : [i * sampleMs]))
    const spans: [number, number, string][] = [
        [0, lows[0]!, "idle"],
        [lows[0]!, lows.at(-1)!, "request"],
        [lows.at(-1)!, heard[0]!, "the meter thinks"],
        [heard[0]!, heard.at(-1)!, "answer"],
        [heard.at(-1)!, ms, "the rest of the time for an answer"],
    ]
    for (const [i, [from, to, name]] of spans.entries()) {
        const y = top + 140
        drawing.line(LEFT + from * scale + 1, y, LEFT + to * scale - 1, y, "span")
        const text = `${name}, ${Math.round(to - from)} ms`
        if (i === 0) drawing.text(LEFT, y + 16, text)
        else drawing.text(LEFT + ((from + to) / 2) * scale, y + (i === 1 ? 32 : 16), text, "middle")
    }
}

/** Draws `docs/spi-uart.svg` from what the driver's bytecode really sends and receives. */
async function main(): Promise<void> {
    const entry = "test/device/line/ports/spi-uart/served-port.ts"
    const { bytecode } = await compileProgram({ entry, target: "simulator" })
    const uart = await ServedUart.start(bytecode)
    const { sent } = await exchange(uart, [], [CHARACTER])
    const begin = sent.findIndex(byte => byte !== 0xff)
    const slave = new Slave({
        format: FORMAT,
        latencyMs: LATENCY_MS,
        answer: () => Uint8Array.from(REPLY),
    })
    const poll = await exchange(uart, [slave], REQUEST)
    uart.stop()

    const drawing = new Drawing(
        LEFT * 2 + WIDTH,
        545,
        "A UART out of the SPI peripheral",
        "One character as SPI bytes, the samples that decide on a received character, and a whole poll.",
        STYLE,
    )
    drawSent(drawing, 30, sent.slice(begin, begin + 11))
    drawReceived(drawing, 200)
    drawPoll(drawing, 362, poll)
    writeFileSync(join(projectRoot, "docs/spi-uart.svg"), drawing.toString())
    process.exit(0)
}

await main()
