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
    /** The server that sends it; noise has no sender. */
    readonly sender?: Slave
}

/** What a fault can use besides the answer that it spoils. */
export interface Exchange {
    /** The previous answer to the same request. */
    readonly previous: Uint8Array | undefined
    /** Duration of a character on this line. */
    readonly characterMs: number
    readonly random: Random
}

/** Turns the servers' answers to one request into what comes over the line. */
export type Fault = (answers: readonly Burst[], exchange: Exchange) => readonly Burst[]

/**
 * Everything that can go wrong between a meter and its client. Several faults at once strike in the order of this table.
 *
 * The names follow the catalog of mabi-modbus, pymodbus' simulator and libmodbus' test server. One more fault, `echo`,
 * belongs to the client's own adapter: see {@link FaultName}.
 */
const FAULTS = {
    /** The meter's measuring half hangs: it repeats its previous answer. */
    "stale-registers": each((bytes, { previous }) => previous ?? bytes),
    /** The meter's energy counter starts again at 0, which shows at its next refresh. */
    "counter-reset": answers => {
        for (const { sender } of answers) sender?.loseCount?.()
        return answers
    },
    "exception-1": each(bytes => exception(bytes, 1)),
    "exception-2": each(bytes => exception(bytes, 2)),
    "exception-3": each(bytes => exception(bytes, 3)),
    "exception-4": each(bytes => exception(bytes, 4)),
    /** Another server's address, with a good CRC. */
    "foreign-address": each(bytes => sealed(bytes.with(0, (bytes[0]! % 247) + 1))),
    /** Another function code (3 for 4, 4 for 3), with a good CRC. */
    "wrong-function": each(bytes => sealed(bytes.with(1, bytes[1]! ^ 7))),
    "crc-zero": each(bytes => withTail(bytes, 0, 0)),
    "crc-flipped": each(bytes => withTail(bytes, ~bytes.at(-2)!, ~bytes.at(-1)!)),
    "crc-swapped": each(bytes => withTail(bytes, bytes.at(-1)!, bytes.at(-2)!)),
    truncated: each((bytes, { random }) => bytes.slice(0, randomInteger(random, 1, bytes.length - 1))),
    /** One to four extra characters right after the frame. */
    "extra-bytes": each((bytes, { random }) => Uint8Array.from([...bytes, ...noise(random, 4)])),
    /** After most clients have given up, and possibly during the next request. */
    "late-answer": (answers, { random }) =>
        answers.map(a => ({ ...a, startMs: a.startMs + 300 + 900 * random() })),
    /** 5 ms between characters, where Modbus allows 1.5 characters. */
    "byte-by-byte": answers => answers.map(answer => ({ ...answer, gapMs: 5 })),
    "no-answer": () => [],
    /** One to three characters, right before the answer or up to 8 ms earlier. */
    "noise-before": (answers, { random, characterMs }) => {
        const bytes = noise(random, 3)
        const first = Math.min(...answers.map(answer => answer.startMs))
        const lead = bytes.length * characterMs + 8 * random()
        return [{ bytes, startMs: answers.length > 0 ? first - lead : 20 + lead, gapMs: 0 }, ...answers]
    },
    /** One to three characters, right after the answer or up to 8 ms later. */
    "noise-after": (answers, { random, characterMs }) => {
        const ends = answers.map(
            ({ bytes, startMs, gapMs }) => startMs + bytes.length * (characterMs + gapMs),
        )
        const last = answers.length > 0 ? Math.max(...ends) : 20
        return [...answers, { bytes: noise(random, 3), startMs: last + 8 * random(), gapMs: 0 }]
    },
} satisfies Record<string, Fault>

/** `echo`: the client hears what it sends, as with an adapter whose receiver is always on. */
export type FaultName = keyof typeof FAULTS | "echo"

export const FAULT_NAMES = [...Object.keys(FAULTS), "echo"] as FaultName[]

/** Applies the named faults, in the order of {@link FAULT_NAMES}. */
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

/** The frame with the correct CRC for its content. */
function sealed(frame: Uint8Array): Uint8Array {
    return withCrc(frame.subarray(0, -2))
}

function withTail(frame: Uint8Array, low: number, high: number): Uint8Array {
    return Uint8Array.from([...frame.subarray(0, -2), low & 0xff, high & 0xff])
}

function noise(random: Random, most: number): Uint8Array {
    return Uint8Array.from({ length: randomInteger(random, 1, most) }, () => randomInteger(random, 0, 255))
}
