/** Ends a fault that lasts. */
export type End = () => void | Promise<void>

/** Things that several faults may switch at once, and that are as before only when all of them are over. */
export class Switches {
    private readonly holders = new Map<unknown, number>()

    /**
     * @param what tells switches apart
     * @param flip told when the switch really changes
     * @returns ends this fault's part in it
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
