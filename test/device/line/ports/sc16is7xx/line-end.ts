/** A character on the line, as a UART receives it. */
export interface Character {
    /** `ds.millis()` at its last stop bit. */
    readonly at: number
    readonly value: number
    /** Its stop bit was missing. */
    readonly framingError?: boolean
    /** The line was low for all of it. */
    readonly lineBreak?: boolean
}

/** What the chip does to the line while it sends. */
export interface Sending {
    /** bit/s */
    readonly baud: number
    readonly stopBits: number
    /** Whether RTS was high. */
    readonly rts: boolean
}

/** The other end of the line. */
export interface LineEnd {
    /** Told of each character that the chip has sent. */
    hear(value: number, at: number, how: Sending): void
    /** The characters that have come since it was asked last, up to a time. */
    arrived(until: number): Character[]
}

/**
 * A slave that gives the same answer to one request. It knows the speed of the line for itself: to characters of
 * another speed it is deaf.
 */
export class ParrotSlave implements LineEnd {
    /** What was heard, in hex. */
    heard = ""
    /** RTS was high during all that was heard. */
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

    /** Sends characters from a time on. */
    say(bytes: Buffer, from: number): void {
        const characterMs = ((9 + this.stopBits) * 1000) / this.baud
        for (let i = 0; i < bytes.length; i++) {
            this.coming.push({ at: from + (i + 1) * characterMs, value: bytes[i] })
        }
    }

    /** Sends something that is no good character. */
    spoil(character: Character): void {
        this.coming.push(character)
    }

    arrived(until: number): Character[] {
        const now: Character[] = []
        while (this.coming.length > 0 && this.coming[0].at <= until) now.push(this.coming.shift())
        return now
    }
}
