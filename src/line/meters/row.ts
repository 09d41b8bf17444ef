/*
 * What the program knows of a model's fields: one row for each, in a buffer that stays in flash. Objects would take 150
 * bytes of the heap for each field. `tools/meters` makes the rows.
 */

/** Bytes of a row. */
export const ROW = 64

/** {@link Cell.Read} of a field that no request brings: a statistic of the field in {@link Cell.First}. */
export const UNREAD = 255

/** Where in a row something stands. Bytes first, floats of 64 bits behind them. */
export enum Cell {
    /** Number of the request that brings the field. */
    Read = 0,
    /** Where in its registers the field begins, in bytes. */
    Offset = 1,
    /** Number of the decoder among those of the profile. */
    Decoder = 2,
    /** Digits behind the point, and flags; see {@link Flag}. */
    Format = 3,
    /** How the field follows from others; see {@link Relation}. */
    Relation = 4,
    /** Numbers of the fields that it follows from. */
    First = 5,
    Second = 6,
    /** Digits in binary that do not change from one reading to the next, as far as one can tell before any reading. */
    Steady = 7,
    /** What a reading's integer has for 1 in the registers. */
    Factor = 8,
    /** What the registers hold when there is no value; NaN for none. */
    Unavailable = 16,
    /** Range, as integers of a reading; the greatest value of a counter is where it rolls over. */
    Min = 24,
    Max = 32,
    /** What the relation is multiplied with. */
    Scale = 40,
    /** What the field usually is, as the integer of a reading. */
    Level = 48,
    /**
     * Of a counter: the most that it can rise in an hour. Of a product: the current below which the meter shows 0 A. As
     * integers of readings.
     */
    Limit = 56,
}

/** What a field is, beside the number of its decimals in the low three bits. */
export enum Flag {
    /** A counter in m3 or kWh, which only rises. */
    Counter = 8,
    /** 0 is a value although the range does not have it. */
    Zero = 16,
    /** Of all fields with this flag at least one is not 0. */
    Alive = 32,
    /** An energy in kWh, which goes out in Wh. */
    Energy = 64,
}

/** How a field follows from others, which all stand before it. */
export enum Relation {
    None = 0,
    /** Power: the voltage `First` times the current `Second`, and a factor that lasts. */
    Product = 1,
    /** Power factor: the power `First` by its own voltage and current. */
    Quotient = 2,
    /** Counter: the power `First` over time. */
    Integral = 3,
    /** The sum of all from `First` to `Second`. */
    Sum = 4,
}
