import type { LineCommand } from "../actors/poller/command-request"

/**
 * The order for `src/programs/command.ts`. `npm start` and `npm run device` replace it with their own; otherwise, write yours
 * here and run `src/programs/command.ts` on the board.
 */
export const order: { readonly id: string; readonly command: LineCommand } = {
    /** Change it for a new order: an order that changes a meter runs only once per id, however often the chip restarts. */
    id: "1",
    command: { name: "diagnose" },
}
