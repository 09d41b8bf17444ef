import { type BoardConfig, boardConfigBytes } from "./board-config"

/** Settings of `ds.spiConfigure`; -1 for a pin that is not used. */
export interface SpiConfig {
    readonly miso: number
    readonly mosi: number
    readonly sck: number
    readonly mode: number
    readonly hz: number
}

/** An error that the firmware's SPI functions report. */
export class SpiError extends Error {
    /** @param code as in the firmware's `main/spi.c` */
    constructor(
        message: string,
        readonly code: number,
    ) {
        super(`${message}: ${code}`)
        this.name = "SpiError"
    }
}

/** A chip's SPI peripheral. */
export interface Spi {
    /** @throws SpiError */
    configure(config: SpiConfig): void
    /**
     * Shifts bytes out.
     * @param done called with the bytes received meanwhile, when the transfer is over
     * @returns how long it takes, in ms
     * @throws SpiError
     */
    transfer(sent: Uint8Array, done: (received: Uint8Array) => void): number
}

/** A chip's I2C bus. */
export interface I2c {
    /**
     * One transaction: a write, and a read after a repeated start.
     * @param address 7 bits
     * @param count bytes to read; 0 for none
     * @returns the bytes read, or the phase in which no device acknowledged
     */
    transact(address: number, written: Uint8Array, count: number): Uint8Array | "write failed" | "read failed"
}

/** The hardware of a chip besides its runtime. Anything left out is not supported, as in the published simulator. */
export interface Peripherals {
    readonly board?: BoardConfig
    readonly spi?: Spi
    readonly i2c?: I2c
    /**
     * Called when the program sets a pin.
     * @param mode as in Jacdac's `gpio` service
     */
    onPin?(gpio: number, mode: number): void
    /** Called when the chip loses its power: the peripherals lose theirs, too, and forget everything volatile. */
    losePower?(): void
}

/** The runtime's own functions that {@link Natives} calls; {@link ./wasm-exports} exports them. */
export const NATIVE_CALLS = [
    "devs_arg_int",
    "devs_bufferish_data",
    "devs_ret_int",
    "devs_throw_range_error",
    "devs_fiber_sleep",
    "dcfg_init",
    "dcfg_validate",
] as const

/** The runtime's functions for peripherals. In the published simulator they only throw. */
export const NATIVE_STUBS = [
    "fun3_DeviceScript__i2cTransaction",
    "fun5_DeviceScript_spiConfigure",
    "fun2_DeviceScript_spiXfer",
    "meth1_GPIO_setMode",
] as const

type Call = (...args: number[]) => number

/** The exports of the runtime's instance. */
export type RuntimeExports = Record<(typeof NATIVE_CALLS)[number] | "malloc", Call> &
    Record<(typeof NATIVE_STUBS)[number], Call> & {
        readonly memory: WebAssembly.Memory
        readonly __indirect_function_table: WebAssembly.Table
    }

/** Offsets in `devs_ctx_t` and `devs_pin_state_t` of `devs_internal.h`, on 32 bits. */
const CTX = { pinCount: 74, arguments: 96, self: 88, fiber: 236, pins: 296 }
const PIN = { bytes: 24, gpio: 13, mode: 14 }
const VALUE_BYTES = 8

const WRITE_FAILED = -1
const READ_FAILED = -2

/** The firmware wakes fibers at whole milliseconds, and only after the transfer is over. */
const WAKE_MS = 1

/** Length of the magic at the beginning of a configuration. */
const MAGIC_BYTES = 8

/**
 * Adds peripherals to an instance of the runtime: replaces its native functions for pins, SPI and I2C, which are only stubs
 * in the published simulator, with functions that lead to models. The program notices no difference from a chip's firmware
 * (`impl_gpio.c`, `impl_dsspi.c`, `impl_dsi2c.c`).
 */
export class Natives {
    private readonly scratch: number
    /** Number of programs that were stopped. */
    private stops = 0
    private lastSpiCall = ""

    /**
     * @param called called before each call of a native function is carried out
     * @param hold stops the runtime for this many ms, as a blocking call does on the chip
     */
    constructor(
        private readonly runtime: RuntimeExports,
        private readonly peripherals: Peripherals,
        private readonly called: () => void,
        private readonly hold: (ms: number) => void,
    ) {
        this.scratch = runtime.malloc(SCRATCH_BYTES)
        const { board, spi, i2c } = peripherals
        if (board) this.install(board)
        this.replace("meth1_GPIO_setMode", ctx => this.setMode(ctx))
        if (spi) {
            this.replace("fun5_DeviceScript_spiConfigure", ctx => this.configureSpi(ctx, spi))
            this.replace("fun2_DeviceScript_spiXfer", ctx => this.transferSpi(ctx, spi))
        }
        if (i2c) this.replace("fun3_DeviceScript__i2cTransaction", ctx => this.transactI2c(ctx, i2c))
    }

    /** Called when the program was stopped: results of its pending transfers are dropped. */
    programStopped(): void {
        this.stops++
    }

    /** Replaces the firmware's built-in configuration with that of the board, as `devs flash` would. */
    private install(board: BoardConfig): void {
        const { runtime } = this
        const config = boardConfigBytes(board)
        const published = Buffer.from(runtime.memory.buffer).indexOf(config.subarray(0, MAGIC_BYTES))
        runtime.dcfg_init()
        const words = new Uint32Array(runtime.memory.buffer)
        const pointer = words.indexOf(published)
        const isOnlyOne = pointer >= 0 && words.indexOf(published, pointer + 1) < 0
        const place = runtime.malloc(config.length)
        new Uint8Array(runtime.memory.buffer).set(config, place)
        const code = runtime.dcfg_validate(place)
        if (code !== 0 || !isOnlyOne) throw new BoardRefused(board.devName, code)
        new Uint32Array(runtime.memory.buffer)[pointer] = place
    }

    /** The runtime calls its native functions through WebAssembly's table, so replacing the table entry is enough. */
    private replace(name: (typeof NATIVE_STUBS)[number], native: (ctx: number) => void): void {
        const table = this.runtime.__indirect_function_table
        const stub: unknown = this.runtime[name]
        for (let i = 0; i < table.length; i++) {
            if (table.get(i) !== stub) continue
            const noticed = (ctx: number) => {
                this.called()
                native(ctx)
            }
            table.set(i, wrapped(noticed))
            return
        }
        throw new NotInTable(name)
    }

    private setMode(ctx: number): void {
        const memory = new DataView(this.runtime.memory.buffer)
        const pins = memory.getUint32(ctx + CTX.pins, true)
        const self = memory.getBigUint64(ctx + CTX.self, true)
        for (let i = 0; i < memory.getUint8(ctx + CTX.pinCount); i++) {
            const pin = pins + i * PIN.bytes
            if (memory.getBigUint64(pin, true) !== self) continue
            const mode = this.runtime.devs_arg_int(ctx, 0)
            memory.setUint8(pin + PIN.mode, mode)
            this.peripherals.onPin?.(memory.getUint8(pin + PIN.gpio), mode)
            return
        }
        this.throwRangeError(ctx, "not a pin")
    }

    /** A program's second call with the same arguments does nothing, even if the first one failed. */
    private configureSpi(ctx: number, spi: Spi): void {
        const [miso, mosi, sck, mode, hz] = [0, 1, 2, 3, 4].map(i => this.runtime.devs_arg_int(ctx, i))
        const config = { miso: miso!, mosi: mosi!, sck: sck!, mode: mode!, hz: hz! }
        const call = JSON.stringify([this.stops, config])
        if (call === this.lastSpiCall) return
        this.lastSpiCall = call
        this.guard(ctx, () => spi.configure(config))
    }

    private transferSpi(ctx: number, spi: Spi): void {
        const sent = this.bufferArgument(ctx, 0)
        const received = this.bufferArgument(ctx, 1)
        this.guard(ctx, () => {
            if (!sent) throw new SpiError("SPI busy", -1)
            const { stops } = this
            const ms = spi.transfer(this.bytes(sent).slice(), bytes => {
                if (received && this.stops === stops) this.bytes(received).set(bytes)
            })
            const fiber = new DataView(this.runtime.memory.buffer).getUint32(ctx + CTX.fiber, true)
            this.runtime.devs_fiber_sleep(fiber, Math.ceil(ms) + WAKE_MS)
        })
    }

    private transactI2c(ctx: number, i2c: I2c): void {
        const address = this.runtime.devs_arg_int(ctx, 0)
        const written = this.bufferArgument(ctx, 1)
        const wanted = this.bufferArgument(ctx, 2)
        const data = written ? this.bytes(written).slice() : new Uint8Array(0)
        const answer = i2c.transact(address, data, wanted?.length ?? 0)
        this.hold(i2cMs(data.length + (wanted?.length ?? 0)))
        if (answer instanceof Uint8Array) {
            if (wanted) this.bytes(wanted).set(answer)
            this.runtime.devs_ret_int(ctx, 0)
        } else this.runtime.devs_ret_int(ctx, answer === "write failed" ? WRITE_FAILED : READ_FAILED)
    }

    /** Address and length of the bytes of a buffer argument; `undefined` if the argument is not a buffer. */
    private bufferArgument(ctx: number, index: number): Place | undefined {
        const value = ctx + CTX.arguments + VALUE_BYTES * index
        const at = this.runtime.devs_bufferish_data(ctx, value, this.scratch)
        if (at === 0) return undefined
        return { at, length: new DataView(this.runtime.memory.buffer).getUint32(this.scratch, true) }
    }

    private bytes({ at, length }: Place): Uint8Array {
        return new Uint8Array(this.runtime.memory.buffer, at, length)
    }

    private guard(ctx: number, act: () => void): void {
        try {
            act()
        } catch (error) {
            if (!(error instanceof SpiError)) throw error
            this.throwRangeError(ctx, error.message)
        }
    }

    private throwRangeError(ctx: number, message: string): void {
        const { scratch } = this
        const text = Buffer.from(`${message}\0`)
        new Uint8Array(this.runtime.memory.buffer).set(text.subarray(0, MESSAGE_BYTES), scratch + VALUE_BYTES)
        this.runtime.devs_throw_range_error(scratch, ctx, scratch + VALUE_BYTES, scratch)
    }
}

/** Scratch memory: a result of the runtime, followed by a text. */
const MESSAGE_BYTES = 120
const SCRATCH_BYTES = VALUE_BYTES + MESSAGE_BYTES

interface Place {
    readonly at: number
    readonly length: number
}

/** The firmware finds a mistake in a board's configuration, or the runtime does not keep its own where expected. */
export class BoardRefused extends Error {
    /** @param code as in `jd_dcfg.c` */
    constructor(
        readonly board: string,
        readonly code: number,
    ) {
        super(`The runtime rejects the board ${board} (code ${code})`)
        this.name = "BoardRefused"
    }
}

/** The runtime does not call a native function through its table. */
export class NotInTable extends Error {
    constructor(readonly functionName: string) {
        super(`The runtime does not call ${functionName} through its table`)
        this.name = "NotInTable"
    }
}

/** Speed of the bus, in bit/s. A byte has nine bits, and each phase begins with an address. */
const I2C_BAUD = 100_000

function i2cMs(bytes: number): number {
    return ((bytes + 2) * 9 * 1000) / I2C_BAUD
}

/** `(func (import "host" "native") (param i32)) (export "native" (func 0))` */
const WRAPPER = new WebAssembly.Module(
    Uint8Array.from([
        ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        ...[1, 5, 1, 0x60, 1, 0x7f, 0],
        ...[2, 15, 1, 4, ...Buffer.from("host"), 6, ...Buffer.from("native"), 0, 0],
        ...[7, 10, 1, 6, ...Buffer.from("native"), 0, 0],
    ]),
)

/** A JavaScript function as a WebAssembly function; a table accepts no others. */
function wrapped(native: (argument: number) => void): unknown {
    return new WebAssembly.Instance(WRAPPER, { host: { native } }).exports.native
}
