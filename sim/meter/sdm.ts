import type { Measurement } from "./metrology"
import { BROADCAST, ExceptionCode, ModbusException, type Request, readRegisters, twoWords } from "./rtu"
import { type MeterOptions, VirtualMeter } from "./virtual-meter"

/** Float values, each by the first of its two registers. */
type Floats = Readonly<Record<number, (m: Measurement) => number>>

/** An Eastron meter, described as data. */
interface SdmModel {
    readonly name: string
    readonly inputs: Floats
    /** The last input register. */
    readonly end: number
    /** Whether it accepts requests to address 0. */
    readonly broadcast: boolean
    /** Content of the holding register with the baud rate: 0 is 2400 bit/s, 2 is 9600. */
    readonly baudCode: number
}

const READ_HOLDING = 0x03
const READ_INPUT = 0x04

/** Most registers in one request: 30 values. */
const MAX_READ = 60

const apparent = ({ voltage, current }: Measurement) => voltage * current
const reactive = (m: Measurement) => Math.sqrt(Math.max(0, apparent(m) ** 2 - m.power ** 2))
const total = ({ imported, exported }: Measurement) => (imported + exported) / 1000

const common: Floats = {
    0: m => m.voltage,
    6: m => m.current,
    12: m => m.power,
    18: apparent,
    24: reactive,
    30: m => m.powerFactor,
    70: m => m.frequency,
    72: m => m.imported / 1000,
    74: m => m.exported / 1000,
    342: total,
}

const sdm120Model: SdmModel = {
    name: "sdm120",
    inputs: common,
    end: 0x0159,
    broadcast: false,
    baudCode: 0,
}

const sdm230Model: SdmModel = {
    name: "sdm230",
    inputs: {
        ...common,
        36: m => (Math.acos(m.powerFactor) * 180) / Math.PI,
        384: total,
    },
    end: 0x0183,
    broadcast: true,
    baudCode: 2,
}

/**
 * An Eastron single-phase meter, after "SDM120M Smart Meter Modbus Protocol Implementation V2.5" and "SDM230Modbus Protocol
 * V1.1": floats of two registers, high word first, at even register numbers.
 *
 * Values that it does not measure (demands, reactive energy) read 0. It is read-only: writing needs the set mode, which is
 * entered with the meter's own button. An odd start gives exception 2, an odd or too large count exception 3.
 */
export class SdmMeter extends VirtualMeter {
    readonly address: number

    constructor(
        private readonly model: SdmModel,
        options: MeterOptions,
    ) {
        super(options, { current: 0, power: 0 })
        this.address = options.address ?? 1
    }

    protected override hears(address: number): boolean {
        return address === this.address || (address === BROADCAST && this.model.broadcast)
    }

    protected override execute({ functionCode, data }: Request): Uint8Array | undefined {
        if (functionCode !== READ_HOLDING && functionCode !== READ_INPUT) {
            throw new ModbusException(ExceptionCode.illegalFunction)
        }
        if (data.length !== 4) return undefined
        const [start, count] = twoWords(data)
        if (start % 2 !== 0) throw new ModbusException(ExceptionCode.illegalDataAddress)
        if (count % 2 !== 0 || count > MAX_READ) throw new ModbusException(ExceptionCode.illegalDataValue)
        const floatAt = functionCode === READ_INPUT ? this.input() : (pair: number) => this.settings()[pair]
        return readRegisters(start, count, register => {
            const value = floatAt(register & ~1)
            return value === undefined ? undefined : float32Words(value)[register & 1]
        })
    }

    private input(): (pair: number) => number | undefined {
        const measurement = this.metrology.read()
        const { inputs, end } = this.model
        return pair => (pair > end ? undefined : (inputs[pair]?.(measurement) ?? 0))
    }

    /** Holding registers: relay pulse width in ms, parity and stop bits (0 is 8N1), address, baud rate. */
    private settings(): Readonly<Record<number, number>> {
        return { 12: 100, 18: 0, 20: this.address, 28: this.model.baudCode }
    }
}

/** IEEE 754 single as two registers, high word first. */
function float32Words(value: number): [number, number] {
    const view = new DataView(new ArrayBuffer(4))
    view.setFloat32(0, value)
    return [view.getUint16(0), view.getUint16(2)]
}

/** A virtual Eastron SDM120. Its line is 2400 8N1 from the factory. */
export function sdm120(options: MeterOptions): SdmMeter {
    return new SdmMeter(sdm120Model, options)
}

/** A virtual Eastron SDM230. Its line is 9600 8N1 from the factory. */
export function sdm230(options: MeterOptions): SdmMeter {
    return new SdmMeter(sdm230Model, options)
}
