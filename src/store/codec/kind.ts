/*
 * How a reading is written. A prefix code says what kind it is:
 *
 *     0    its meter, its time, its set of fields and the quiet fields are as predicted
 *     10   and so are the lively fields: the meter had not measured anew
 *     110  a quiet field, or the time, is not as predicted
 *     111  this and more may be unusual; flags tell what
 *
 *     111 only: flag, and if set the number of another meter than expected
 *     a meter that is new in the block: its tag, and the time since the reading before
 *     111 only: flag, and if set how many periods have passed instead of one
 *               flag, and if set a flag for each field: whether it is known
 *               flag: a quiet field, or the time, is not as predicted
 *     the delay of the reading, unless that is as predicted
 *     the fields that are not as predicted: their deviations, or whole the first time
 */

/** The prefix codes by their ones. */
export enum Kind {
    usual = 0,
    repeated = 1,
    restless = 2,
    unusual = 3,
}

/** Bits of a meter's number in a block. */
export const NUMBER_BITS = 4
/** Most meters in a block. */
export const MOST_METERS = 15

/** Bits of a meter's tag. */
export const TAG_BITS = 16
