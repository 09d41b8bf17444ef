// The board; the adapter and the meter follow below. Change these lines to match your bench.

import * as ds from "@devicescript/core"
import { pins } from "@dsboard/emon_esp32_devkit_c"
import { describe } from "../kernel/fault"
import { formatDecimal } from "../line/meters/format"
import { u16 } from "../line/meters/registers"
import { ExceptionReply } from "../line/modbus/errors"
import { parseReply, replyComplete } from "../line/modbus/reply"
import { readRegisters } from "../line/modbus/request"
import { DiagnosedSpiUart } from "../line/ports/diagnosed-spi-uart"
import { cureFor, type LineCondition } from "../line/ports/spi-uart/diagnosis"
import { exchangeSamples } from "../line/ports/spi-uart/spi"
import { LONGEST_TRANSFER } from "../line/ports/spi-uart/transfer-lengths"

/** Add `de` for an adapter that does not switch direction by itself. */
const port = new DiagnosedSpiUart({ mosi: pins.RS485_TXD, miso: pins.RS485_RXD, baud: 9600, stopBits: 1 })

/** Any Peacefair meter that is alone on the line answers to this address. Other makes have none; a new one is usually at 1. */
const METER_ADDRESS = 0xf8

/** Time to change wires between two steps, and pause between two tries, in ms. */
const HANDS_MS = 20_000
const AGAIN_MS = 3000

/** How long a transfer of {@link LONGEST_TRANSFER} bytes takes at 78125 Hz, and how far off it may be, in ms. */
const TRANSFER_MS = 419
const TOLERANCE_MS = 15

const PATTERN = hex`0055aaff31ce8070`

/** The result of one try of a step; good if it has no cure. */
interface Verdict {
    readonly text: string
    readonly cure?: string
}

function print(verdict: Verdict) {
    // two lines, because the chip truncates a long one
    console.log((verdict.cure ? "  NOT GOOD: " : "  good: ") + verdict.text)
    if (verdict.cure) console.log("  cure: " + verdict.cure)
}

/** Repeats a step until it is good, and prints every new verdict. */
async function step(number: number, task: string, measure: () => Promise<Verdict>) {
    console.log("step " + number + " of 6: " + task)
    let last = ""
    for (;;) {
        let verdict: Verdict
        try {
            verdict = await measure()
        } catch (e) {
            verdict = { text: describe(e as Error), cure: "see above; the step starts over" }
        }
        if (verdict.text !== last) print(verdict)
        if (!verdict.cure) return
        last = verdict.text
        await ds.sleep(AGAIN_MS)
    }
}

async function pause(task: string) {
    console.log(task + " You have " + HANDS_MS / 1000 + " s.")
    await ds.sleep(HANDS_MS)
}

/** Sends a pattern and diagnoses what the line shows. */
async function lineShows(): Promise<LineCondition> {
    await port.exchange(PATTERN, 50, () => false)
    return port.diagnose(false)
}

async function expectLine(wanted: LineCondition[], praise: string, cure?: string): Promise<Verdict> {
    const condition = await lineShows()
    if (wanted.includes(condition)) return { text: condition + ", " + praise }
    return { text: condition, cure: cure ?? cureFor(condition) }
}

async function setUp(): Promise<Verdict> {
    await port.open()
    return { text: port.name + " is set up" }
}

async function clock(): Promise<Verdict> {
    const line = Buffer.alloc(LONGEST_TRANSFER)
    line.fillAt(0, line.length, 0xff)
    await ds.sleep(1)
    const start = ds.millis()
    await exchangeSamples(line)
    const ms = Math.round(ds.millis() - start)
    const text = LONGEST_TRANSFER + " bytes took " + ms + " ms of " + TRANSFER_MS
    if (Math.abs(ms - TRANSFER_MS) <= TOLERANCE_MS) return { text }
    return { text, cure: "the SPI clock is not 78125 Hz: check that this is the stock firmware 2.16" }
}

async function unconnected(): Promise<Verdict> {
    const cure =
        "disconnect everything from the RXD pin; if nothing is connected, it has no pull-up: use another"
    return await expectLine(["silence"], "so the pin's pull-up works", cure)
}

async function loopback(): Promise<Verdict> {
    const cure = "connect the board's TXD and RXD pins, and check that they are this program's pins"
    return await expectLine(["only echo"], "so everything sent came back", cure)
}

async function adapter(): Promise<Verdict> {
    return await expectLine(["silence", "only echo"], "so the adapter leaves the line alone")
}

async function meter(): Promise<Verdict> {
    const request = readRegisters(METER_ADDRESS, 4, 0, 10)
    const received = await port.exchange(request, 200, bytes => replyComplete(request, bytes, false))
    try {
        const reply = parseReply(request, received, false)
        const voltage = u16(reply.data, 0)
        return { text: formatDecimal(voltage, 1) + " V in " + received.toString("hex") }
    } catch (e) {
        if (e instanceof ExceptionReply)
            return { text: "the line works, but this is not a PZEM-016: " + e.message }
        const condition = port.diagnose(false)
        return { text: condition + ", " + describe(e as Error), cure: cureFor(condition) }
    }
}

console.log("self-test of " + port.name + "; connect nothing to the RXD pin")
await step(1, "set up the SPI", setUp)
await step(2, "measure its clock", clock)
await step(3, "listen with nothing connected", unconnected)
await step(4, "listen to what we send: connect the TXD and RXD pins with a jumper", loopback)
await pause("Remove the jumper and connect the adapter, with nothing on A and B.")
await step(5, "listen through the adapter", adapter)
await pause("Connect the meter to A and B, and power it.")
await step(6, "ask the meter", meter)

console.log("all steps passed; from now on the meter is asked every 10 s")
let asked = 0
let answered = 0
for (;;) {
    await ds.sleep(10_000)
    asked++
    const verdict = await meter()
    if (verdict.cure) print(verdict)
    else answered++
    console.log("  " + answered + " of " + asked + " polls answered")
}
