import { characterMs, DEFAULT_SETTINGS } from "../line/serial-line"
import { type Random, seededRandom } from "../random"
import type { RecordedFrame } from "./capture"
import { exchangesOf, type RecordedAnswer, type RecordedExchange } from "./recorded-exchange"
import { RecordedRegisters, type Wanted } from "./recorded-registers"
import { parseRequest, type Request } from "./rtu"
import type { Answer, Slave } from "./slave"

/** Distinguishes an exception from a good reply. */
const EXCEPTION = 0x80

const LATENCY_MS = 35
const JITTER_MS = 3.5

export interface ReplayOptions {
    /** Seed of the jitter of answers that have no recorded time. */
    readonly seed?: number
    /** Duration of a character on the line, in ms. */
    readonly characterMs?: number
    /** The registers that the caller needs; all when left out. */
    readonly wanted?: Wanted
}

/**
 * Meters that replay recorded frames.
 *
 * Answers recorded without requests: each request gets the next answer, if address and function code match. Otherwise there
 * is silence, and the answer waits for a request that matches.
 *
 * Answers recorded with requests: each request gets what followed the next occurrence of the same request in the recording,
 * be it nothing, one answer or several, at their recorded times. A request that is not in the recording is answered from
 * the recorded registers.
 *
 * After the last frame there is silence.
 */
export class ReplayMeter implements Slave {
    private next = 0
    private readonly random: Random
    private readonly characterMs: number
    /** Exchanges without a request, in their order. */
    private readonly unasked: readonly RecordedExchange[]
    /** Exchanges with a request, by the request. */
    private readonly asked = new Map<string, RecordedExchange[]>()
    private readonly registers: RecordedRegisters

    constructor(frames: readonly RecordedFrame[], options: ReplayOptions = {}) {
        const exchanges = exchangesOf(frames)
        this.random = seededRandom(options.seed ?? 1)
        this.characterMs = options.characterMs ?? characterMs(DEFAULT_SETTINGS)
        this.unasked = exchanges.filter(({ request }) => request === undefined)
        for (const exchange of exchanges) {
            if (!exchange.request) continue
            const same = this.asked.get(idOf(exchange.request))
            if (same) same.push(exchange)
            else this.asked.set(idOf(exchange.request), [exchange])
        }
        this.registers = new RecordedRegisters(exchanges, options.wanted)
    }

    /** Number of recorded exchanges that have not been requested yet. Replies composed from registers do not change it. */
    get remaining(): number {
        const asked = [...this.asked.values()].reduce((sum, { length }) => sum + length, 0)
        return this.unasked.length - this.next + asked
    }

    receive(frame: Uint8Array): Answer | undefined {
        const request = parseRequest(frame)
        if (!request) return undefined
        const same = this.asked.get(idOf(frame))
        if (same) return this.play(same.shift()?.answers ?? [], frame)
        const recorded = this.unasked[this.next]
        if (recorded && answersTo(request, recorded.answers[0]!.bytes)) {
            this.next++
            return this.play(recorded.answers, frame)
        }
        const composed = this.registers.reply(frame)
        return composed && { bytes: composed, latencyMs: this.latency() }
    }

    /** Plays the answers at their recorded times, where known. No answer begins before the previous one has ended. */
    private play(answers: readonly RecordedAnswer[], request: Uint8Array): Answer | undefined {
        const played: Answer[] = []
        let before = -request.length * this.characterMs
        let over = 0
        for (const { bytes, afterMs } of answers) {
            const begin = afterMs === undefined ? over + this.latency() : before + afterMs
            const latencyMs = Math.max(begin, over)
            played.push({ bytes, latencyMs })
            before = latencyMs
            over = latencyMs + bytes.length * this.characterMs
        }
        const [first, ...more] = played
        return first && (more.length > 0 ? { ...first, more } : first)
    }

    private latency(): number {
        return LATENCY_MS + JITTER_MS * (2 * this.random() - 1)
    }
}

function answersTo({ address, functionCode }: Request, [from, code]: Uint8Array): boolean {
    return from === address && (code! & ~EXCEPTION) === functionCode
}

function idOf(frame: Uint8Array): string {
    return Buffer.from(frame).toString("hex")
}
