import { seededRandom } from "../sim/random"
import { Line } from "../sim/spi/line"
import { ServedUart } from "../sim/spi/served-uart"
import { Slave } from "../sim/spi/slave"
import { compileProgram } from "../tools/compile/compile"
import type { Bench, Result, Table } from "./bench"
import { pollTimes } from "./uart-polls"
import { stepsToDecode } from "./uart-steps"
import { receiveTolerance, type Tolerance, transmitTolerance } from "./uart-tolerance"
import { ANSWER, windows } from "./uart-windows"

const FORMAT = { baud: 9600, stopBits: 1 } as const
const REQUEST = Uint8Array.of(0x01, 0x04, 0x00, 0x00, 0x00, 0x0a, 0x70, 0x0d)
const REPLY_LENGTH = 25

/** How long a PZEM takes to answer, on average. */
const LATENCY_MS = 35

/** A tenth of a bit: what a slow opto-isolator adds. */
const SKEW = 0.1

/** Costs and tolerances of the SPI-UART. */
export const uart: Bench = {
    name: "uart",
    subject: "the UART built from the SPI peripheral",
    method:
        "The driver's bytecode runs in the DeviceScript runtime, its SPI peripheral on a simulated line at 9600 bit/s; " +
        "not run on an ESP32 yet. Steps: an empty loop of 9 steps a turn is added to the slice that decodes, and made " +
        "longer until the runtime stops the program at 131,072 steps; decoding took the steps that remain, exact to 9. " +
        "Heap: live bytes of a program with an open port, minus those of the same program without one. Tolerance: in " +
        "steps of 0.1 % away from 9600 bit/s, the last bit rate at which 140 frames of 25 random characters all arrived; " +
        "received frames are drawn as edges on a time axis, sent frames are read by a receiver that samples 16 times a " +
        "bit. Poll: a request of 8 characters, a latency of 35 ms, a reply of 25 characters. For sc16is7xx with the " +
        "register-level model of the chip and an I2C bus that takes no time, for jacdac-serial with the virtual line, " +
        "for tcp with a gateway on this computer; these three are medians of 20 in real time.",
    measure: () => measureUart(true),
}

/** @param besides whether to time polls through the other drivers too, which takes a minute of real time */
export async function measureUart(besides: boolean): Promise<Result> {
    const served = await start("test/device/line/ports/spi-uart/served-port.ts")
    const heapBytes = await portHeap(served)
    const steps: { name: string; steps: number }[] = []
    for (const window of windows()) {
        steps.push({ name: window.name, steps: await stepsToDecode(served, window) })
    }
    const worst = steps.reduce((a, b) => (b.steps > a.steps ? b : a))
    const rxTolerancePercent = await receiveTolerance(served, { rising: 0, falling: 0 })
    const rxToleranceLateRisePercent = await receiveTolerance(served, { rising: SKEW, falling: 0 })
    const rxToleranceLateFallPercent = await receiveTolerance(served, { rising: 0, falling: SKEW })
    const txTolerancePercent = await transmitTolerance(served)
    const poll = await pollTime(served)
    served.stop()
    const drivers = driverTimes({ "spi-uart": poll.pollMs, ...(besides ? await pollTimes(LATENCY_MS) : {}) })
    return {
        figures: {
            decodeSteps: worst.steps,
            answerDecodeSteps: steps.find(({ name }) => name === ANSWER)!.steps,
            heapBytes,
            rxTolerancePercent,
            rxToleranceLateRisePercent,
            rxToleranceLateFallPercent,
            txTolerancePercent,
            windowMs: poll.windowMs,
            drivers,
        },
        tables: [
            stepsTable(steps, worst),
            {
                columns: ["bit rate tolerance", "from, %", "to, %"],
                rows: [
                    toleranceRow("receiving, clean edges", rxTolerancePercent),
                    toleranceRow("receiving, rising edges a tenth of a bit late", rxToleranceLateRisePercent),
                    toleranceRow(
                        "receiving, falling edges a tenth of a bit late",
                        rxToleranceLateFallPercent,
                    ),
                    toleranceRow("sending", txTolerancePercent),
                ],
            },
            {
                columns: ["transfer of the SPI-UART", "ms"],
                rows: [["time reserved for the answer", poll.windowMs]],
            },
            {
                columns: ["poll through", "total, ms", "on the wire", "in the meter", "remaining"],
                rows: Object.entries(drivers).map(([name, { pollMs, wireMs, slaveMs, overMs }]) => [
                    name,
                    pollMs,
                    wireMs,
                    slaveMs,
                    overMs,
                ]),
            },
            { columns: ["heap", "bytes"], rows: [["the port with all its buffers", heapBytes]] },
        ],
    }
}

async function start(entry: string): Promise<ServedUart> {
    const { bytecode } = await compileProgram({ entry, target: "simulator" })
    return await ServedUart.start(bytecode)
}

function quietLine(slaves: Slave[]): Line {
    return new Line({ adapter: { direction: { kind: "automatic", holdUs: 0 }, echo: false }, slaves })
}

async function portHeap(served: ServedUart): Promise<number> {
    const without = await start("bench/device/no-uart.ts")
    const baseline = await without.board.liveHeap()
    without.stop()
    await served.open(quietLine([]), FORMAT)
    return (await served.board.liveHeap()) - baseline
}

/** Streams whose names differ only in the phase share one row, with the steps of the costliest. */
function stepsTable(steps: { name: string; steps: number }[], worst: { name: string; steps: number }): Table {
    const kinds = new Map<string, number>()
    for (const { name, steps: taken } of steps) {
        const kind = name.replace(/, from sample \d on$/, "")
        kinds.set(kind, Math.max(taken, kinds.get(kind) ?? 0))
    }
    return {
        columns: ["VM steps to decode the usual transfer, by content", "steps"],
        rows: [...[...kinds].sort(([, a], [, b]) => b - a), [`maximum: ${worst.name}`, worst.steps]],
    }
}

function toleranceRow(name: string, [low, high]: Tolerance): [string, number, number] {
    return [name, low, high]
}

async function pollTime(served: ServedUart) {
    const random = seededRandom(5)
    const reply = Uint8Array.from({ length: REPLY_LENGTH }, () => Math.floor(random() * 256))
    const slave = new Slave({ format: FORMAT, latencyMs: LATENCY_MS, answer: () => reply, random })
    await served.open(quietLine([slave]), FORMAT)
    const received = await served.exchange(REQUEST, { expect: REPLY_LENGTH })
    if (Buffer.compare(received, reply) !== 0) throw new Error("The poll has failed")
    const pollMs = served.lastExchangeMs
    const [length] = served.board.wire.events
        .flatMap(event => (event.kind === "transfer" ? [event.sent.length] : []))
        .slice(-1)
    const requestBytes = 98 + 11 * REQUEST.length
    return {
        pollMs,
        windowMs: Math.round((length! - requestBytes) * 0.1024),
    }
}

/** Splits the duration of a poll into the time of its characters, of the meter, and the rest. */
function driverTimes(pollMs: Record<string, number>) {
    const wireMs = ((REQUEST.length + REPLY_LENGTH) * 10_000) / FORMAT.baud
    const times = Object.entries(pollMs).map(([name, ms]) => {
        const overMs = Math.round(ms - wireMs - LATENCY_MS)
        return [name, { pollMs: Math.round(ms), wireMs: Math.round(wireMs), slaveMs: LATENCY_MS, overMs }]
    })
    return Object.fromEntries(times) as Record<
        string,
        Record<"pollMs" | "wireMs" | "slaveMs" | "overMs", number>
    >
}
