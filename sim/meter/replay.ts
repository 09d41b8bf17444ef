import { type Random, seededRandom } from "../random"
import type { RecordedFrame } from "./capture"
import { parseRequest } from "./rtu"
import type { Answer, Slave } from "./slave"

/** Sets an exception apart from a good reply. */
const EXCEPTION = 0x80

const LATENCY_MS = 35
const JITTER_MS = 3.5

/**
 * Recorded frames as a meter: each request is answered with the next frame of the recording, if that has the
 * request's address and function code; else with silence, and the frame waits for the request that it answers.
 * After the last frame there is silence.
 */
export class ReplayMeter implements Slave {
    private next = 0
    private readonly random: Random

    constructor(
        private readonly frames: readonly RecordedFrame[],
        seed = 1,
    ) {
        this.random = seededRandom(seed)
    }

    /** How many frames have not been asked for yet. */
    get remaining(): number {
        return this.frames.length - this.next
    }

    receive(frame: Uint8Array): Answer | undefined {
        const request = parseRequest(frame)
        const recorded = this.frames[this.next]
        if (!request || !recorded) return undefined
        const [address, functionCode] = recorded.bytes
        if (address !== request.address) return undefined
        if ((functionCode! & ~EXCEPTION) !== request.functionCode) return undefined
        this.next++
        return { bytes: recorded.bytes, latencyMs: LATENCY_MS + JITTER_MS * (2 * this.random() - 1) }
    }
}
