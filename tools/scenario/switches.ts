/** Ends a lasting fault. */
export type End = () => void | Promise<void>

/**
 * Ends faults one after the other, all of them even if one fails.
 * @throws the first failure
 */
export async function endAll(ends: readonly End[]): Promise<void> {
    const failures: unknown[] = []
    for (const end of ends) {
        try {
            await end()
        } catch (error) {
            failures.push(error)
        }
    }
    if (failures.length > 0) throw failures[0]
}

/** Switches that several faults may hold at once. A switch flips back only when all of these faults are over. */
export class Switches {
    private readonly holders = new Map<unknown, number>()

    /**
     * @param what identifies the switch
     * @param flip called when the switch really changes
     * @returns releases the switch for this fault
     */
    async begin(what: unknown, flip: (on: boolean) => void | Promise<void>): Promise<End> {
        if (this.change(what, 1) === 1) await flip(true)
        return async () => {
            if (this.change(what, -1) === 0) await flip(false)
        }
    }

    private change(what: unknown, by: number): number {
        const count = (this.holders.get(what) ?? 0) + by
        this.holders.set(what, count)
        return count
    }
}
