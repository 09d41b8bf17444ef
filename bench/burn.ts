/** Steps that a program may take without a pause; at the next one the VM stops it (`DEVS_MAX_STEPS` - 1). */
const SLICE_STEPS = 128 * 1024 - 1

/** Steps of one turn of an empty `for` loop: compare, increment, jump. */
const STEPS_PER_TURN = 9

/**
 * Counts the VM steps of a slice: the more turns of an empty loop fit behind the work in it, the fewer steps the work
 * took. Exact up to one turn, to the safe side.
 *
 * @param survives does the work and burns so many turns in the same slice; tells whether the VM did not stop the program
 */
export async function stepsBeside(survives: (turns: number) => Promise<boolean>): Promise<number> {
    let enough = 0
    let tooMany = Math.ceil(SLICE_STEPS / STEPS_PER_TURN)
    while (tooMany - enough > 1) {
        const turns = (enough + tooMany) >> 1
        if (await survives(turns)) enough = turns
        else tooMany = turns
    }
    return SLICE_STEPS - enough * STEPS_PER_TURN
}
