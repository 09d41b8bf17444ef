import { firstOther } from "../net/parsing"

/** A node name that EmonCMS would change or refuse. */
export class NameError extends Error {
    /**
     * @param given the name
     * @param problem what is wrong, in words
     * @param cure what to write instead
     */
    constructor(
        given: string,
        readonly problem: string,
        cure: string,
    ) {
        super('the node name "' + given + '" ' + problem + "; " + cure)
    }
}

/** emoncms.org cuts off longer names. */
const LONGEST = 16

const ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._"

/**
 * Checks the name of a node; `tools/wiring` checks the names of inputs. EmonCMS silently removes characters that it does not
 * allow, so two names can become one. Names in a bulk row must not contain quotes, backslashes, `&`, `%` or `+` either.
 * @throws NameError
 */
export function checkNode(name: string): void {
    const trimmed = name.trim()
    if (trimmed === "") throw new NameError(name, "is empty", "give it a name")
    if (trimmed !== name) throw new NameError(name, "begins or ends with a space", "leave it out")
    if (name.length > LONGEST)
        throw new NameError(name, "is too long", "use at most " + LONGEST + " characters")
    const other = firstOther(name, ALLOWED)
    if (other) throw new NameError(name, "contains " + other, "use letters, digits, spaces, and _ - .")
}
