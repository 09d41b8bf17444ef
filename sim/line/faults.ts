import { withCrc } from "../meter/rtu"
import type { Slave } from "../meter/slave"
import { type Random, randomInteger } from "../random"

/** Characters that come over the line one after the other. */
export interface Burst {
    readonly bytes: Uint8Array
    /** Milliseconds from the end of the request to the first bit. */
    readonly startMs: number
    /** Idle time between two characters in ms. */
    readonly gapMs: number
    /** Whose answer it is; noise has no sender. */
    readonly sender?: Slave
}

/** What a fault may look at, besides the answer that it spoils. */
export interface Exchange {
    /** What the same request was answered with before. */
    readonly previous: Uint8Array | undefined
    /** Duration of a character on this line. */
    readonly characterMs: number
    readonly random: Random
}

/** Turns what the slaves answer to one request into what comes over the line. */
export type Fault = (answers: readonly Burst[], exchange: Exchange) => readonly Burst[]

/**
 * All that can go wrong between a meter and its master. Several at once strike in the order of this table.
 *
 * The names follow the catalogue of mabi-modbus, pymodbus' simulator and libmodbus' test server. One more, `echo`,
 * belongs to the master's own adapter: see {@link FaultName}.
 */
const FAULTS = {
    /** The meter's measuring half hangs: it answers with what it answered before. */
    "stale-registers": each((bytes, { previous }) => previous ?? bytes),
    /** The meter's energy counter begins again at 0, as its next refresh shows. */
    "counter-reset": answers => {
        for (const { sender } of answers) sender?.loseCount?.()
        return answers
    },
    "exception-1": each(bytes => exception(bytes, 1)),
    "exception-2": each(bytes => exception(bytes, 2)),
    "exception-3": each(bytes => exception(bytes, 3)),
    "exception-4": each(bytes => exception(bytes, 4)),
    /** Another slave's address, with a good CRC. */
    "foreign-address": each(bytes => sealed(bytes.with(0, (bytes[0]! % 247) + 1))),
    /** Another function code (3 for 4, 4 for 3), with a good CRC. */
    "wrong-function": each(bytes => sealed(bytes.with(1, bytes[1]! ^ 7))),
    "crc-zero": each(bytes => withTail(bytes, 0, 0)),
    "crc-flipped": each(bytes => withTail(bytes, ~bytes.at(-2)!, ~bytes.at(-1)!)),
    "crc-swapped": each(bytes => withTail(bytes, bytes.at(-1)!, bytes.at(-2)!)),
    truncated: each((bytes, { random }) => bytes.slice(0, randomInteger(random, 1, bytes.length - 1))),
    /** One to four characters more, right behind the frame. */
    "extra-bytes": each((bytes, { random }) => Uint8Array.from([...bytes, ...noise(random, 4)])),
    /** After most masters have given up, and perhaps into the next request. */
    "late-answer": (answers, { random }) =>
        answers.map(a => ({ ...a, startMs: a.startMs + 300 + 900 * random() })),
    /** 5 ms between characters, where Modbus allows 1.5 characters. */
    "byte-by-byte": answers => answers.map(answer => ({ ...answer, gapMs: 5 })),
    "no-answer": () => [],
    /** One to three characters, up to 8 ms before the answer or right in front of it. */
    "noise-before": (answers, { random, characterMs }) => {
        const bytes = noise(random, 3)
        const first = Math.min(...answers.map(answer => answer.startMs))
        const lead = bytes.length * characterMs + 8 * random()
        return [{ bytes, startMs: answers.length > 0 ? first - lead : 20 + lead, gapMs: 0 }, ...answers]
    },
    /** One to three characters, up to 8 ms behind the answer or right behind it. */
    "noise-after": (answers, { random, characterMs }) => {
        const ends = answers.map(
            ({ bytes, startMs, gapMs }) => startMs + bytes.length * (characterMs + gapMs),
        )
        const last = answers.length > 0 ? Math.max(...ends) : 20
        return [...answers, { bytes: noise(random, 3), startMs: last + 8 * random(), gapMs: 0 }]
    },
} satisfies Record<string, Fault>

/** `echo`: the master hears what it sends itself, as behind an adapter whose receiver is always on. */
export type FaultName = keyof typeof FAULTS | "echo"

export const FAULT_NAMES = [...Object.keys(FAULTS), "echo"] as FaultName[]

/** Lets the named faults strike, in the order of {@link FAULT_NAMES}. */
export function strike(
    names: ReadonlySet<FaultName>,
    answers: readonly Burst[],
    exchange: Exchange,
): readonly Burst[] {
    return Object.entries<Fault>(FAULTS).reduce(
        (bursts, [name, fault]) => (names.has(name as FaultName) ? fault(bursts, exchange) : bursts),
        answers,
    )
}

function each(change: (bytes: Uint8Array, exchange: Exchange) => Uint8Array): Fault {
    return (answers, exchange) =>
        answers.map(answer => ({ ...answer, bytes: change(answer.bytes, exchange) }))
}

function exception(bytes: Uint8Array, code: number): Uint8Array {
    return withCrc([bytes[0]!, bytes[1]! | 0x80, code])
}

/** The frame with the CRC that its content asks for. */
function sealed(frame: Uint8Array): Uint8Array {
    return withCrc(frame.subarray(0, -2))
}

function withTail(frame: Uint8Array, low: number, high: number): Uint8Array {
    return Uint8Array.from([...frame.subarray(0, -2), low & 0xff, high & 0xff])
}

function noise(random: Random, most: number): Uint8Array {
    return Uint8Array.from({ length: randomInteger(random, 1, most) }, () => randomInteger(random, 0, 255))
}
