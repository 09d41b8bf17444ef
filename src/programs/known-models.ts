import type { Identity } from "../line/identity"

/**
 * The models that a register identifies. The commands of `npm start` and `npm run device` put those of `meters/` in place
 * of this empty list.
 */
export const knownModels: Identity[] = []
