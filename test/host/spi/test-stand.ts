import { readFileSync } from "node:fs"
import { join } from "node:path"
import { seededRandom } from "../../../sim/random"
import type { AdapterOptions } from "../../../sim/spi/adapter"
import type { Chip } from "../../../sim/spi/chip"
import { Line, type LineOptions } from "../../../sim/spi/line"
import { ServedUart } from "../../../sim/spi/served-uart"
import { Slave, type SlaveOptions } from "../../../sim/spi/slave"
import { type EdgeDelay, transmit, type UartFormat } from "../../../sim/spi/uart"
import { compileProgram } from "../../../tools/compile/compile"

/** Reads ten input registers from slave 1. The captures are answers to it. */
export const REQUEST = bytes("01 04 00 00 00 0A 70 0D")

/** Answers of real meters to {@link REQUEST}. */
export const captures: Uint8Array[] = readFileSync(
    join(import.meta.dirname, "../../data/captures/pzem-ac-responses.txt"),
    "utf8",
)
    .split("\n")
    .filter(line => /^\d/.test(line))
    .map(line => bytes(line.slice(line.indexOf(" "))))

/** An adapter that switches its direction by itself: the usual one with four pins. */
export const automatic: AdapterOptions = { direction: { kind: "automatic", holdUs: 0 }, echo: false }
/** The same with a receiver that is always on. */
export const echoing: AdapterOptions = { direction: { kind: "automatic", holdUs: 0 }, echo: true }
/** An adapter whose DE and /RE are wired to a pin. */
export const withDePin: AdapterOptions = { direction: { kind: "de-pin" }, echo: false }

export function bytes(hex: string): Uint8Array {
    return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"))
}

export function hex(data: Uint8Array): string {
    return Buffer.from(data).toString("hex")
}

/** Starts the driver's bytecode on a chip. */
export async function startUart(chip?: Chip): Promise<ServedUart> {
    const entry = "test/device/line/ports/spi-uart/served-port.ts"
    const { bytecode } = await compileProgram({ entry, target: "simulator" })
    return await ServedUart.start(bytecode, chip)
}

/** A meter that answers {@link REQUEST} and nothing else. */
export function meter(options: Partial<SlaveOptions> & { reply?: Uint8Array } = {}): Slave {
    const { reply = captures[0]!, ...rest } = options
    return new Slave({
        format: { baud: 9600 },
        latencyMs: 35,
        answer: request => (hex(request) === hex(REQUEST) ? reply : undefined),
        random: seededRandom(3),
        ...rest,
    })
}

export function lineWith(slaves: Slave[], options: Partial<LineOptions> = {}): Line {
    return new Line({ adapter: automatic, random: seededRandom(4), ...options, slaves })
}

export interface Talk {
    format: UartFormat
    /** From the beginning of the transfer to the first start bit. */
    afterMs: number
    delay?: EdgeDelay
    gap?: number
}

/** Lets another device talk on the bus during the next exchange: edges on a time axis, from a separate clock. */
export function talk(uart: ServedUart, line: Line, characters: Uint8Array, talk: Talk): void {
    const { format, afterMs, delay, gap } = talk
    const random = seededRandom(9)
    uart.board.wire.onTransfer = now => {
        uart.board.wire.onTransfer = () => {}
        transmit(line.others, characters, format, now + afterMs * 1000, { delay, gap, random })
    }
}
