import type { Measurement, StartingValues } from "./metrology"
import { BROADCAST, ExceptionCode, ModbusException, type Request, readRegisters, twoWords } from "./rtu"
import { type MeterOptions, VirtualMeter } from "./virtual-meter"

/** A holding register: its initial value, and the values that it accepts. */
export interface Setting {
    readonly initial: number
    readonly least: number
    readonly most: number
}

/** A Peacefair module, described as data. */
export interface PeacefairModel {
    readonly name: string
    readonly starting: StartingValues
    /** The holding registers, by number. {@link ADDRESS} is one of them in every model. */
    readonly settings: Readonly<Record<number, Setting>>
    /** The 16-bit input registers, from 0 on. */
    inputs(measurement: Measurement, setting: (register: number) => number): number[]
    /** A measurement that looks real but is not. */
    nonsense(random: () => number): Measurement
}

/** The holding register with the slave address. */
export const ADDRESS = 2

/** Factory default and range of the slave address. */
export const ADDRESS_SETTING: Setting = { initial: 1, least: 1, most: 0xf7 }

/** Any single module responds to this address, and uses it in its reply. */
const GENERAL_ADDRESS = 0xf8

const CALIBRATION_PASSWORD = 0x3721

const READ_HOLDING = 0x03
const READ_INPUT = 0x04
const WRITE_SINGLE = 0x06
const CALIBRATE = 0x41
const RESET_ENERGY = 0x42

/** Bytes between function code and CRC. */
const REQUEST_LENGTH: Readonly<Record<number, number>> = {
    [READ_HOLDING]: 4,
    [READ_INPUT]: 4,
    [WRITE_SINGLE]: 4,
    [CALIBRATE]: 2,
    [RESET_ENERGY]: 0,
}

/**
 * A Peacefair PZEM module with its Modbus side, after "PZEM-004T V3.0 User Manual" and "PZEM-003/017 DC communication
 * module".
 *
 * Where the manuals are silent, this one carries out a broadcast but never answers it; stays silent on a frame of the wrong
 * length; counts through 10000 kWh to 0; shows a reset of the energy at the next refresh; refuses a calibration that is not
 * sent to 0xF8 with exception 1, and a wrong password with exception 3.
 */
export class PeacefairMeter extends VirtualMeter {
    private readonly settings: Map<number, number>

    constructor(
        private readonly model: PeacefairModel,
        options: MeterOptions,
    ) {
        super(options, model.starting)
        this.settings = new Map(
            Object.entries(model.settings).map(([n, { initial }]) => [Number(n), initial]),
        )
        if (options.address !== undefined) this.write(ADDRESS, options.address)
    }

    get address(): number {
        return this.setting(ADDRESS)
    }

    /** The energy that the meter has really counted, in Wh with the fraction that no register shows. */
    get energyWh(): number {
        return this.metrology.imported + this.metrology.exported
    }

    /** The content of a holding register. */
    setting(register: number): number {
        return this.settings.get(register)!
    }

    protected override hears(address: number): boolean {
        return address === this.address || address === GENERAL_ADDRESS || address === BROADCAST
    }

    protected override latency(request: Request): number {
        const usual = super.latency(request)
        return request.functionCode === CALIBRATE ? usual + 3000 + 900 * this.random() : usual
    }

    protected override execute({ address, functionCode, data }: Request): Uint8Array | undefined {
        const length = REQUEST_LENGTH[functionCode]
        if (length === undefined) throw new ModbusException(ExceptionCode.illegalFunction)
        if (data.length !== length) return undefined
        const [first, second] = twoWords(data)
        switch (functionCode) {
            case READ_INPUT: {
                const inputs = this.inputs()
                return readRegisters(first, second, register => inputs[register])
            }
            case READ_HOLDING:
                return readRegisters(first, second, register => this.settings.get(register))
            case WRITE_SINGLE:
                this.write(first, second)
                return data
            case RESET_ENERGY:
                this.metrology.reset()
                return data
            default:
                if (address !== GENERAL_ADDRESS) throw new ModbusException(ExceptionCode.illegalFunction)
                if (first !== CALIBRATION_PASSWORD) throw new ModbusException(ExceptionCode.illegalDataValue)
                return data
        }
    }

    private inputs(): number[] {
        const measurement = this.settled ? this.metrology.read() : this.model.nonsense(this.random)
        return this.model.inputs(measurement, register => this.setting(register))
    }

    private write(register: number, value: number): void {
        const setting = this.model.settings[register]
        if (!setting) throw new ModbusException(ExceptionCode.illegalDataAddress)
        if (value < setting.least || value > setting.most) {
            throw new ModbusException(ExceptionCode.illegalDataValue)
        }
        this.settings.set(register, value)
    }
}

/** A 32-bit value as two registers, low word first. */
export function lowWordFirst(value: number): [number, number] {
    return [value & 0xffff, (value >>> 16) & 0xffff]
}
