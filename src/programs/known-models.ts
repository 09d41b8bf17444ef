import type { Identity } from "../line/identity"

/**
 * The models that a register identifies. The commands of `npm start` and `npm run device` replace this empty list with the
 * models of `meters/`.
 */
export const knownModels: Identity[] = []
