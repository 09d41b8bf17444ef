/*
 * What the program knows about a model's fields: one row per field, in a buffer that stays in flash. Objects would take
 * 150 bytes of heap per field. `tools/meters` generates the rows.
 */

/** Bytes of a row. */
export const ROW = 64

/** {@link Cell.Read} of a field that no request reads: a statistic of the field in {@link Cell.First}. */
export const UNREAD = 255

/** Offsets in a row: first the bytes, then the 64-bit floats. */
export enum Cell {
    /** Index of the request that reads the field. */
    Read = 0,
    /** Offset of the field in the registers of that request, in bytes. */
    Offset = 1,
    /** Index of the decoder in the profile. */
    Decoder = 2,
    /** Digits after the decimal point, and flags; see {@link Flag}. */
    Format = 3,
    /** How the field can be derived from others; see {@link Relation}. */
    Relation = 4,
    /** Indices of the fields that it is derived from. */
    First = 5,
    Second = 6,
    /** Leading binary digits that usually stay the same from reading to reading: a guess before the first reading. */
    Steady = 7,
    /** Factor from the register value to a reading's integer. */
    Factor = 8,
    /** Register value that means "no value"; NaN if there is no such value. */
    Unavailable = 16,
    /** Range, as a reading's integers. A counter rolls over after its maximum. */
    Min = 24,
    Max = 32,
    /** Factor of the relation. */
    Scale = 40,
    /** Usual value of the field, as a reading's integer. */
    Level = 48,
    /**
     * For a counter: the most that it can rise in an hour. For a product: the current below which the meter shows 0 A. As
     * a reading's integer.
     */
    Limit = 56,
}

/** Flags of a field in {@link Cell.Format}, whose low three bits hold the number of decimals. */
export enum Flag {
    /** A counter, such as one in m3 or kWh, which only rises. */
    Counter = 8,
    /** 0 is valid even if it is outside the range. */
    Zero = 16,
    /** At least one of the fields with this flag is not 0. */
    Alive = 32,
    /** An energy in kWh, which is uploaded in Wh. */
    Energy = 64,
}

/** How a field can be derived from others, all of which precede it in the table. */
export enum Relation {
    None = 0,
    /** Power: the voltage `First` times the current `Second` times a power factor that changes slowly. */
    Product = 1,
    /** Power factor: the power `First` divided by its own voltage and current. */
    Quotient = 2,
    /** Counter: the power `First` integrated over time. */
    Integral = 3,
    /** The sum of the fields from `First` to `Second`. */
    Sum = 4,
}
