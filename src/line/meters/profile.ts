/** One quantity of a meter, for messages. */
export interface Field {
    /** Name in readings, log and EmonCMS input, for example `power`. */
    readonly name: string
    /** Unit of the decimal value, for example `W`. */
    readonly unit: string
    /**
     * Digits after the decimal point. A reading holds the integer `value * 10^decimals`, so that no float noise
     * enters store, log or upload: 230.1 V with one decimal is 2301.
     */
    readonly decimals: number
}

/** A 16-bit holding register that commands change with a single write (function 0x06). */
export interface Setting extends Field {
    /** Register address, as in the meter's manual. */
    readonly register: number
    /** Range, as integers scaled by the decimals. */
    readonly min: number
    readonly max: number
    /** For a choice: pairs of a value and the register content that stands for it. */
    readonly codes?: number[]
}

/** One read request: function code, first register, number of registers. */
export interface RegisterRange {
    readonly functionCode: 3 | 4
    readonly start: number
    readonly count: number
}

/**
 * Extracts a value from the registers of a poll.
 *
 * @param registers read by the field's own request, high byte first
 * @param at offset of the field in `registers`, in bytes
 * @param replies the registers of each request; `undefined` for one without a reply
 * @returns the value, or NaN if there is none
 */
export type Decoder = (registers: Buffer, at: number, replies: Buffer[]) => number

/** A meter model as data: what to ask, and what the answer means. `tools/meters` generates it from a file in `meters/`. */
export interface Profile {
    /** Name in `devicescript.json`, for example `pzem-016`. */
    readonly model: string
    /** How long after power-up the meter's answers are meaningless, in ms. */
    readonly settleMs: number
    /** The requests of one poll in order, four bytes each; see {@link requestOf}. */
    readonly requests: Buffer
    /** Name and unit of each field in turn. Created on demand, to save heap. */
    readonly labels: () => string[]
    /** One row per field; see `row.ts`. */
    readonly table: Buffer
    readonly decoders: Decoder[]
    /** Eight bits that distinguish models whose stored readings could otherwise be confused. */
    readonly mark: number
    /**
     * The holding registers that commands change: first the Modbus address, then others such as thresholds. A meter that
     * has them also supports the energy reset (0x42). Omitted for a meter that is only read. Created on demand, to save
     * heap.
     */
    readonly settings?: () => Setting[]
}

/** A meter on the line, as configured in `devicescript.json`. */
export interface Meter {
    /** The owner's name for it, for example `heatpump`. */
    readonly name: string
    readonly profile: Profile
    /** Modbus address on the line, 1 to 247. */
    readonly address: number
}

/** One integer for each of the profile's fields, scaled by its decimals; `undefined` where unknown. */
export type Values = (number | undefined)[]

/** The values of one meter at one moment. Immutable once published. */
export interface Reading {
    readonly meter: Meter
    /** `ds.millis()` at the start of the round of polls that the reading belongs to. */
    readonly at: number
    readonly values: Values
    /** Whether it has only statistics, because the poll of its slot failed. */
    readonly isAlone?: boolean
}

const REQUEST_BYTES = 4

/** How many requests a poll of the meter takes. */
export function requestCount({ requests }: Profile): number {
    return requests.length / REQUEST_BYTES
}

/** A request of a poll, counted from 0. It is stored as function code, register in two bytes, number of registers. */
export function requestOf({ requests }: Profile, index: number): RegisterRange {
    const at = index * REQUEST_BYTES
    return {
        functionCode: requests[at] as 3 | 4,
        start: (requests[at + 1] << 8) | requests[at + 2],
        count: requests[at + 3],
    }
}
