import type { Character, LineEnd, Sending } from "../../../../../sim/i2c/sc16is7xx-channel"

/** A slave that knows one request and one answer. It has its own line speed and ignores characters at any other. */
export class ParrotSlave implements LineEnd {
    /** What was heard, in hex. */
    heard = ""
    /** Whether RTS was high during everything heard so far. */
    driven = true
    lastHeardAt = 0
    private readonly coming: Character[] = []

    constructor(
        private readonly request: Buffer,
        private readonly answer: Buffer,
        private readonly baud = 9600,
        private readonly stopBits = 1,
        private readonly latencyMs = 35,
    ) {}

    hear(value: number, at: number, how: Sending): void {
        const off = Math.abs(how.baud / this.baud - 1)
        if (off > 0.03 || how.stopBits < this.stopBits) return
        this.heard += Buffer.from([value]).toString("hex")
        this.driven = this.driven && how.rts
        this.lastHeardAt = at
        if (this.heard.endsWith(this.request.toString("hex"))) this.say(this.answer, at + this.latencyMs)
    }

    /** Sends characters, starting at time `from`. */
    say(bytes: Buffer, from: number): void {
        const characterMs = ((9 + this.stopBits) * 1000) / this.baud
        for (let i = 0; i < bytes.length; i++) {
            this.coming.push({ at: from + (i + 1) * characterMs, value: bytes[i] })
        }
    }

    /** Sends a damaged character. */
    spoil(character: Character): void {
        this.coming.push(character)
    }

    arrived(until: number): Character[] {
        const now: Character[] = []
        while (this.coming.length > 0 && this.coming[0].at <= until) now.push(this.coming.shift())
        return now
    }
}
