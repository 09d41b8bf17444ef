import { Board } from "./board"
import type { Chip } from "./chip"
import type { Line } from "./line"

/** The port under test threw an error. */
export class PortFailure extends Error {
    constructor(message: string) {
        super(message)
        this.name = "PortFailure"
    }
}

export interface ServedFormat {
    baud: number
    stopBits: 1 | 2
    parity?: "none" | "even" | "odd"
}

export interface ExchangeOptions {
    timeoutMs?: number
    /** Characters that complete the answer. When left out, the exchange lasts until the time-out. */
    expect?: number
    /** Iterations of an empty loop, run without a pause after the answer was decoded. */
    burn?: number
}

/**
 * Lets a test operate the program's SPI-UART, which runs as bytecode in the DeviceScript VM.
 *
 * The bytecode must be a program that understands these commands.
 */
export class ServedUart {
    /** Duration of the last exchange, by the program's own clock. */
    lastExchangeMs = 0

    private constructor(readonly board: Board) {}

    static async start(bytecode: Uint8Array, chip?: Chip): Promise<ServedUart> {
        const board = new Board(chip)
        await board.run(bytecode)
        return new ServedUart(board)
    }

    /** Creates a port on a line and opens it. */
    async open(line: Line, format: ServedFormat, withDe = false): Promise<void> {
        this.board.connect(line)
        await this.create(format, withDe)
        await this.command({ do: "open" })
    }

    /** Opens the port again. */
    async reopen(): Promise<void> {
        await this.command({ do: "open" })
    }

    async create(format: ServedFormat, withDe = false): Promise<string> {
        const { name } = await this.command<{ name: string }>({ do: "create", format, de: withDe })
        return name
    }

    /** Sends a request and returns what the port received. */
    async exchange(request: Uint8Array, options: ExchangeOptions = {}): Promise<Uint8Array> {
        const { timeoutMs = 200, expect = 0, burn = 0 } = options
        const { received, ms } = await this.command<{ received: string; ms: number }>({
            do: "exchange",
            request: Buffer.from(request).toString("hex"),
            timeoutMs,
            expect,
            burn,
        })
        this.lastExchangeMs = ms
        return Uint8Array.from(Buffer.from(received, "hex"))
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        const { drained } = await this.command<{ drained: number }>({ do: "drain", silenceMs, limitMs })
        return drained
    }

    /** The name of the condition that the line showed in the last exchange, and its cure. */
    async diagnose(understood = false): Promise<{ condition: string; cure: string }> {
        return await this.command({ do: "diagnose", understood })
    }

    /**
     * Makes several exchanges in a row, without a round trip to the host in between.
     * @param drain how to drain the line before each exchange but the first
     * @returns what each exchange received
     */
    async exchanges(
        requests: Uint8Array[],
        timeoutMs: number,
        drain?: { silenceMs: number; limitMs: number },
    ): Promise<Uint8Array[]> {
        const commands = requests.flatMap((request, i) => [
            ...(drain && i > 0 ? [{ do: "drain", ...drain }] : []),
            { do: "exchange", request: Buffer.from(request).toString("hex"), timeoutMs, expect: 0, burn: 0 },
        ])
        const { answers } = await this.command<{ answers: { received?: string }[] }>({ do: "all", commands })
        return answers.flatMap(({ received }) =>
            received === undefined ? [] : [Uint8Array.from(Buffer.from(received, "hex"))],
        )
    }

    stop(): void {
        this.board.stop()
    }

    private async command<T>(command: object): Promise<T> {
        const result = await this.board.command<T & { error?: string }>(command)
        if (result.error !== undefined) throw new PortFailure(result.error)
        return result
    }
}
