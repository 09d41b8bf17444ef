import * as ds from "@devicescript/core"
import type { Port, PortError } from "../../../src/line/ports/port"

/** Time for a request and its 25-character answer at 9600 bit/s, in ms. */
export const ANSWER_MS = 70

/** How the line reacts to one request. */
interface Reaction {
    readonly request: string
    answer: Buffer
    after?: () => void
    /** When the request was sent, in ms. */
    readonly times: number[]
}

/** A line that answers each known request with its prepared bytes and ignores all others. */
export class MeterPort implements Port {
    readonly name = "meters"
    opens = 0
    exchanges = 0
    /** How long others occupy the line before the next exchange, in ms. */
    busyMs = 0
    /** While set, `open` and `exchange` fail with this error. */
    failure: PortError
    private readonly reactions: Reaction[] = []

    /**
     * Sets the answer to `request` from now on; `undefined` for no answer.
     * @param after what the request does to the meter
     */
    answer(request: Buffer, answer: Buffer, after?: () => void): this {
        const reaction = this.reactionTo(request)
        reaction.answer = answer
        reaction.after = after
        return this
    }

    /** When `request` was sent, in ms. */
    times(request: Buffer): number[] {
        return this.reactionTo(request).times
    }

    async open(): Promise<void> {
        this.opens++
        if (this.failure) throw this.failure
    }

    async exchange(request: Buffer, timeoutMs: number): Promise<Buffer> {
        if (this.failure) throw this.failure
        const { busyMs } = this
        this.busyMs = 0
        await ds.sleep(busyMs)
        this.exchanges++
        const { answer, after, times } = this.reactionTo(request)
        times.push(ds.millis())
        if (after) after()
        await ds.sleep(answer ? ANSWER_MS : timeoutMs)
        return answer ?? hex``
    }

    async drain(silenceMs: number): Promise<number> {
        await ds.sleep(silenceMs)
        return 0
    }

    private reactionTo(bytes: Buffer): Reaction {
        const request = bytes.toString("hex")
        let reaction = this.reactions.find(r => r.request === request)
        if (!reaction) {
            reaction = { request, answer: undefined, times: [] }
            this.reactions.push(reaction)
        }
        return reaction
    }
}
