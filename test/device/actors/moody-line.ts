import * as ds from "@devicescript/core"
import { crc16 } from "../../../src/line/modbus/crc16"
import type { Port } from "../../../src/line/ports/port"

/** Duration of a byte at 9600 bit/s, in ms. */
const BYTE_MS = 1.04

/** How the meters on a line differ from the ideal; all times in ms. */
export interface Mood {
    /** From the end of a request to the beginning of the reply. */
    readonly latencyMs: number
    /** How long a meter ignores requests after its own answer. */
    readonly deafMs?: number
    /** If a meter gets no request for this long, it misses the next one. */
    readonly dozesAfterMs?: number
    /** A meter answers every `busyEach`th request with a busy exception. */
    readonly busyEach?: number
}

interface MoodyMeter {
    answeredAt: number
    askedAt: number
    freeAt: number
    requests: number
}

interface Coming {
    readonly at: number
    readonly bytes: Buffer
}

/**
 * A line with Eastron-like meters at several addresses. They answer any read with zeros, subject to the line's mood. A late
 * answer arrives during a later exchange.
 */
export class MoodyLine implements Port {
    readonly name = "moody"
    /** Requests that reached a powered meter, by address. */
    readonly requests: number[] = []
    private powered = true
    private readonly meters: MoodyMeter[] = []
    private coming: Coming[] = []

    constructor(
        addresses: number[],
        private readonly mood: Mood,
    ) {
        for (const address of addresses) {
            this.meters[address] = { answeredAt: -100000, askedAt: -100000, freeAt: 0, requests: 0 }
            this.requests[address] = 0
        }
    }

    power(on: boolean) {
        this.powered = on
    }

    async open(): Promise<void> {}

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        this.coming = this.coming.filter(c => c.at > ds.millis())
        await ds.sleep(request.length * BYTE_MS)
        this.hear(request)
        const until = ds.millis() + timeoutMs
        let received = hex``
        while (this.coming.length > 0 && this.coming[0].at <= until) {
            const next = this.coming[0]
            if (next.at > ds.millis()) await ds.sleep(next.at - ds.millis())
            this.coming.shift()
            received = received.concat(next.bytes)
            if (complete(received)) return received
        }
        await ds.sleep(Math.max(0, until - ds.millis()))
        return received
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const limit = ds.millis() + limitMs
        let drained = 0
        for (;;) {
            await ds.sleep(silenceMs)
            let heard = 0
            while (this.coming.length > 0 && this.coming[0].at <= ds.millis()) heard += this.take()
            drained += heard
            if (heard === 0 || ds.millis() >= limit) return drained
        }
    }

    private take(): number {
        return this.coming.shift().bytes.length
    }

    private hear(request: Buffer) {
        const address = request[0]
        const meter = this.meters[address]
        const { latencyMs, deafMs, dozesAfterMs, busyEach } = this.mood
        if (!meter || !this.powered) return
        this.requests[address]++
        const now = ds.millis()
        const dozes = dozesAfterMs !== undefined && now - meter.askedAt > dozesAfterMs
        meter.askedAt = now
        if (dozes) return
        if (deafMs !== undefined && now - request.length * BYTE_MS < meter.answeredAt + deafMs) return
        meter.requests++
        const isBusy = busyEach !== undefined && meter.requests % busyEach === 0
        const reply = isBusy ? busy(request) : zeros(request)
        // The meter handles its requests one after the other.
        const at = Math.max(now, meter.freeAt) + latencyMs + reply.length * BYTE_MS
        meter.freeAt = at
        meter.answeredAt = at
        this.coming.push({ at, bytes: reply })
    }
}

function zeros(request: Buffer): Buffer {
    const reply = Buffer.alloc(5 + 2 * request[5])
    reply[0] = request[0]
    reply[1] = request[1]
    reply[2] = 2 * request[5]
    return sealed(reply)
}

function busy(request: Buffer): Buffer {
    const reply = Buffer.alloc(5)
    reply[0] = request[0]
    reply[1] = request[1] | 0x80
    reply[2] = 6
    return sealed(reply)
}

function sealed(frame: Buffer): Buffer {
    const crc = crc16(frame, 0, frame.length - 2)
    frame[frame.length - 2] = crc
    frame[frame.length - 1] = crc >> 8
    return frame
}
