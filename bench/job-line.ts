import { DEFAULT_SETTINGS, type SerialLine, type Unsubscribe } from "../sim/line/serial-line"

/** Asks for a job. Any other first byte begins a transfer, and is the number of bytes to read from the chip. */
const QUESTION = 0xff

/** An I2C chip. Each transfer writes some bytes and then reads a given number. */
export interface Chip {
    readonly part: { readonly address: number }
    /** @throws Error when the chip does not acknowledge */
    xfer(address: number, data: Buffer, numRead: number): Promise<Uint8Array>
}

/** A serial line over which a program on the device asks for jobs and reaches an I2C chip. */
export class JobLine implements SerialLine {
    readonly name = "jobs"
    readonly settings = DEFAULT_SETTINGS
    /** The answer to the next question. It is given once. */
    job: Uint8Array | undefined
    private listener: ((bytes: Uint8Array) => void) | undefined

    constructor(private readonly chip?: Chip) {}

    send(bytes: Uint8Array): void {
        if (bytes[0] !== QUESTION) {
            void this.transfer(bytes)
            return
        }
        const { job } = this
        this.job = undefined
        if (job) this.listener?.(job)
    }

    onData(listener: (bytes: Uint8Array) => void): Unsubscribe {
        this.listener = listener
        return () => {
            this.listener = undefined
        }
    }

    onLost(): Unsubscribe {
        return () => {}
    }

    async close(): Promise<void> {
        this.job = undefined
    }

    /** Answers a transfer with 1 and the bytes that were read, or with 0 if the chip does not acknowledge. */
    private async transfer([numRead = 0, ...data]: Uint8Array): Promise<void> {
        const { part, xfer } = this.chip!
        try {
            const read = await xfer.call(this.chip, part.address, Buffer.from(data), numRead)
            this.listener?.(Uint8Array.of(1, ...read))
        } catch {
            this.listener?.(Uint8Array.of(0))
        }
    }
}
