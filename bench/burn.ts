/** Steps that a program can take without a pause; at the next one the VM stops it (`DEVS_MAX_STEPS` - 1). */
const SLICE_STEPS = 128 * 1024 - 1

/** Steps of one iteration of an empty `for` loop: compare, increment, jump. */
const STEPS_PER_TURN = 9

/**
 * Counts the VM steps that some work takes, by how many iterations of an empty loop fit behind it in the same slice.
 * Exact to one iteration, and never too low.
 *
 * @param survives does the work, then loops `turns` times in the same slice; returns whether the VM let the program live
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
