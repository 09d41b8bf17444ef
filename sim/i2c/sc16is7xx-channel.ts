/** A character on the line, as a UART receives it. */
export interface Character {
    /** The clock's time at its last stop bit, in ms. */
    readonly at: number
    readonly value: number
    /** Its stop bit was missing. */
    readonly framingError?: boolean
    /** The line was low for the whole character. */
    readonly lineBreak?: boolean
}

/** How the chip drives the line while it sends. */
export interface Sending {
    /** bit/s */
    readonly baud: number
    readonly parity: "even" | "odd" | undefined
    readonly stopBits: number
    /** Whether RTS was high. */
    readonly rts: boolean
}

/** The other end of the line. */
export interface LineEnd {
    /** Gets every character that the chip has sent. */
    hear(value: number, at: number, how: Sending): void
    /** The characters that have arrived since the last call, up to a time. */
    arrived(until: number): Character[]
}

const FIFO = 64

/** Register addresses from the data sheet, for all three register sets. */
const RHR_THR = 0
const IIR_FCR = 2
const LCR = 3
const MCR = 4
const LSR = 5
const SPR = 7
const TXLVL = 8
const RXLVL = 9
const EFCR = 15

const LOOPBACK = 0x10
const PARITY = 0x08
const EVEN_PARITY = 0x10
const ENHANCED_SET = 0xbf

/** One UART of an SC16IS7xx, simulated at register level, with the duration of characters. */
export class Sc16is7xxChannel {
    private readonly plain: number[]
    private readonly enhanced: number[]
    private divisor = 0
    private overrun = false
    private fifosOn = false
    /** Characters to send, the first of which is on the line, and when that one will have been sent. */
    private sending: number[] = []
    private throughAt = 0
    private received: Character[] = []

    constructor(
        private readonly crystalHz: number,
        private readonly line: LineEnd,
    ) {
        this.plain = []
        this.enhanced = []
        this.reset()
    }

    /** The state after power-up. The data sheet leaves the divisor undefined; here it is a useless one. */
    reset(): void {
        for (let i = 0; i < 16; i++) this.plain[i] = 0
        this.plain[LCR] = 0x1d
        this.plain[SPR] = 0xff
        for (let i = 0; i < 8; i++) this.enhanced[i] = 0
        this.divisor = 7
        this.overrun = false
        this.fifosOn = false
        this.sending = []
        this.received = []
    }

    write(place: number, value: number, now: number): void {
        this.advance(now)
        const lcr = this.plain[LCR] as number
        if (place !== LCR && lcr === ENHANCED_SET && place < 8) {
            this.enhanced[place] = value
        } else if (lcr & 0x80 && place < 2) {
            this.divisor =
                place === 0 ? (this.divisor & 0xff00) | value : (this.divisor & 0xff) | (value << 8)
        } else if (place === RHR_THR) {
            this.send(value, now)
        } else if (place === IIR_FCR) {
            this.fifosOn = (value & 1) !== 0
            if (value & 2) this.received = []
            // the character in the shift register is sent anyway
            if (value & 4) this.sending = this.sending.slice(0, 1)
        } else if (place !== LSR && place !== TXLVL && place !== RXLVL) {
            this.plain[place] = value
        }
    }

    read(place: number, now: number): number {
        this.advance(now)
        const lcr = this.plain[LCR] as number
        if (place !== LCR && lcr === ENHANCED_SET && place < 8) return this.enhanced[place] as number
        if (lcr & 0x80 && place < 2) return place === 0 ? this.divisor & 0xff : this.divisor >> 8
        if (place === RHR_THR) return this.take()
        if (place === LSR) return this.status()
        // the character in the shift register has left the FIFO
        if (place === TXLVL) return FIFO - Math.max(0, this.sending.length - 1)
        if (place === RXLVL) return this.received.length
        return this.plain[place] as number
    }

    private send(value: number, now: number) {
        if (this.sending.length > this.depth()) return
        if (this.sending.length === 0) this.throughAt = now + this.characterMs()
        this.sending.push(value)
    }

    /** Simulates everything up to `now`, in order. @returns when the next character will have been sent */
    advance(now: number): number | undefined {
        while (this.crystalHz > 0 && this.sending.length > 0 && this.throughAt <= now) {
            const value = this.sending.shift() as number
            const at = this.throughAt
            this.throughAt += this.characterMs()
            if (this.register(MCR) & LOOPBACK) {
                this.keep({ at, value })
            } else {
                this.listen(at)
                this.line.hear(value, at, {
                    baud: this.baud(),
                    parity: this.parity(),
                    stopBits: this.stopBits(),
                    rts: this.rts(),
                })
            }
        }
        this.listen(now)
        return this.crystalHz > 0 && this.sending.length > 0 ? this.throughAt : undefined
    }

    private listen(until: number) {
        const arrived = this.line.arrived(until)
        if (this.register(MCR) & LOOPBACK) return
        for (const character of arrived) this.keep(character)
    }

    private keep(character: Character) {
        if (this.received.length < this.depth()) this.received.push(character)
        else this.overrun = true
    }

    private take(): number {
        const character = this.received.shift()
        return character ? character.value : 0
    }

    private status(): number {
        const front = this.received[0]
        let status = this.sending.length === 0 ? 0x60 : this.sending.length === 1 ? 0x20 : 0
        if (front) status |= 0x01
        if (this.overrun) status |= 0x02
        if (front?.framingError) status |= 0x08
        if (front?.lineBreak) status |= 0x10
        if (this.received.some(c => c.framingError || c.lineBreak)) status |= 0x80
        this.overrun = false
        return status
    }

    private register(place: number): number {
        return this.plain[place] as number
    }

    private depth(): number {
        return this.fifosOn ? FIFO : 1
    }

    private baud(): number {
        return this.crystalHz / (16 * this.divisor)
    }

    private parity(): "even" | "odd" | undefined {
        if (!(this.register(LCR) & PARITY)) return undefined
        return this.register(LCR) & EVEN_PARITY ? "even" : "odd"
    }

    private stopBits(): number {
        return this.register(LCR) & 4 ? 2 : 1
    }

    private characterMs(): number {
        const parityBits = this.parity() ? 1 : 0
        return ((1 + 5 + (this.register(LCR) & 3) + parityBits + this.stopBits()) * 1000) / this.baud()
    }

    /** Valid only while something is being sent: with auto RS485, EFCR bit 4, RTS is low then, or high with bit 5. */
    private rts(): boolean {
        const efcr = this.register(EFCR)
        return (efcr & 0x30) === 0x30
    }
}
