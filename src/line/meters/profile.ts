/** What one register, or a pair of them, holds. */
export type FieldType =
    /** one register, unsigned */
    | "u16"
    /** one register, two's complement */
    | "i16"
    /** two registers, unsigned, low word first (Peacefair) */
    | "u32le"
    /** two registers, unsigned, high word first */
    | "u32be"
    /** two registers, IEEE 754 single, high word first (Eastron) */
    | "f32be"

/** One quantity of a meter. */
export interface Field {
    /** Name in readings, log and EmonCMS input, for example `power`. */
    readonly name: string
    /** Unit of the decimal value, for example `W`. */
    readonly unit: string
    /** Register address, as in the meter's manual. */
    readonly register: number
    readonly type: FieldType
    /**
     * Digits behind the decimal point. A reading holds the integer `value * 10^decimals`, so that no float noise
     * enters store, log or upload: 230.1 V with one decimal is 2301.
     */
    readonly decimals: number
    /** Lowest plausible value, as the integer of a reading. 0 is plausible in any case. */
    readonly min?: number
    /** Highest plausible value, as the integer of a reading. */
    readonly max?: number
    /** An energy in kWh that only rises, until somebody resets it. */
    readonly counter?: boolean
}

/** One read request: function code, first register, number of registers. */
export interface RegisterRange {
    readonly functionCode: 3 | 4
    readonly start: number
    readonly count: number
}

/** A meter model as data: what to ask, and what the answer means. */
export interface Profile {
    /** Name in `devicescript.json`, for example `pzem-016`. */
    readonly model: string
    /** Factory setting of the line in bit/s. */
    readonly baud: number
    readonly stopBits: 1 | 2
    /** Factory slave address. */
    readonly address: number
    /** Time after the meter's power-up in which its answers mean nothing, in ms. */
    readonly settleMs: number
    /** The requests of one poll, in this order. */
    readonly reads: RegisterRange[]
    /** Voltage, current and power come first, in this order. */
    readonly fields: Field[]
    /** Below this current the meter shows 0 A and still a power; as the integer of a reading. */
    readonly startingCurrent: number
    /**
     * The holding registers that commands change, each with one write (function 0x06) and within its `min` and `max`: the
     * slave address, and then the thresholds at which the meter raises its alarm. The energy counter of a meter that has
     * them can be reset (0x42). Left out for a meter that is only read. Made when they are wanted, to save heap.
     */
    readonly settings?: (profile: Profile) => Field[]
}

/** A meter on the line, as `devicescript.json` names it. */
export interface Meter {
    /** The owner's name for it, for example `heatpump`. */
    readonly name: string
    readonly profile: Profile
    /** Slave address on the line, 1 to 247. */
    readonly address: number
}

/** What a meter said at one moment. Never changed after it was made. */
export interface Reading {
    readonly meter: Meter
    /** `ds.millis()` when the round of polls began that it is from. */
    readonly at: number
    /** One integer for each of `meter.profile.fields`, scaled by its decimals; `undefined` where unknown. */
    readonly values: number[]
}
