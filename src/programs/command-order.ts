import type { LineCommand } from "../actors/poller/command-request"

/**
 * What `src/programs/command.ts` is to do. `npm start` puts its own order in place of this one; on hardware, write yours here
 * and run `src/programs/command.ts` on the board.
 */
export const order: { readonly id: string; readonly command: LineCommand } = {
    /** Change it for a new order: one that changes a meter is carried out once, however often the chip restarts. */
    id: "1",
    command: { name: "diagnose" },
}
