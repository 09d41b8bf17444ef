/** One quantity of a meter, for messages. */
export interface Field {
    /** Name in readings, log and EmonCMS input, for example `power`. */
    readonly name: string
    /** Unit of the decimal value, for example `W`. */
    readonly unit: string
    /**
     * Digits behind the decimal point. A reading holds the integer `value * 10^decimals`, so that no float noise
     * enters store, log or upload: 230.1 V with one decimal is 2301.
     */
    readonly decimals: number
}

/** A holding register of 16 bits that commands change, with one write (function 0x06). */
export interface Setting extends Field {
    /** Register address, as in the meter's manual. */
    readonly register: number
    /** Range, as integers by the decimals. */
    readonly min: number
    readonly max: number
    /** Of a choice: its values in turn, each with what the register then holds. */
    readonly codes?: number[]
}

/** One read request: function code, first register, number of registers. */
export interface RegisterRange {
    readonly functionCode: 3 | 4
    readonly start: number
    readonly count: number
}

/**
 * Finds a value in the registers of a poll.
 *
 * @param registers that the field's own request brought, high byte first
 * @param at where in them the field begins, in bytes
 * @param replies the registers of each request; `undefined` for one that brought none
 * @returns NaN when there is none
 */
export type Decoder = (registers: Buffer, at: number, replies: Buffer[]) => number

/** A meter model as data: what to ask, and what the answer means. `tools/meters` makes it of a file in `meters/`. */
export interface Profile {
    /** Name in `devicescript.json`, for example `pzem-016`. */
    readonly model: string
    /** Time after the meter's power-up in which its answers mean nothing, in ms. */
    readonly settleMs: number
    /** The requests of one poll, in this order, four bytes each; see {@link requestOf}. */
    readonly requests: Buffer
    /** Name and unit of each field in turn. Made when they are wanted, to save heap. */
    readonly labels: () => string[]
    /** A row for each field; see `table.ts`. */
    readonly table: Buffer
    readonly decoders: Decoder[]
    /** Tells models apart whose readings would otherwise pass for each other's: eight bits. */
    readonly mark: number
    /**
     * The holding registers that commands change: the slave address, and then others such as thresholds. The energy counter
     * of a meter that has them can be reset (0x42). Left out for a meter that is only read. Made when they are wanted,
     * to save heap.
     */
    readonly settings?: () => Setting[]
}

/** A meter on the line, as `devicescript.json` names it. */
export interface Meter {
    /** The owner's name for it, for example `heatpump`. */
    readonly name: string
    readonly profile: Profile
    /** Slave address on the line, 1 to 247. */
    readonly address: number
}

/** One integer for each of the profile's fields, scaled by its decimals; `undefined` where unknown. */
export type Values = (number | undefined)[]

/** What a meter said at one moment. Never changed after it was made. */
export interface Reading {
    readonly meter: Meter
    /** `ds.millis()` when the round of polls began that it is from. */
    readonly at: number
    readonly values: Values
}

const REQUEST_BYTES = 4

/** How many requests a poll of the meter has. */
export function requestCount({ requests }: Profile): number {
    return requests.length / REQUEST_BYTES
}

/** One of the requests of a poll, from 0: function code, register in two bytes, number of registers. */
export function requestOf({ requests }: Profile, index: number): RegisterRange {
    const at = index * REQUEST_BYTES
    return {
        functionCode: requests[at] as 3 | 4,
        start: (requests[at + 1] << 8) | requests[at + 2],
        count: requests[at + 3],
    }
}
