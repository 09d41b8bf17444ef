import { firstOther } from "../net/parsing"

/** A name of a node that EmonCMS would change or refuse. */
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

/** emoncms.org cuts names that are longer. */
const LONGEST = 16

const ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._"

/**
 * Checks the name of a node; `tools/wiring` checks those of inputs. EmonCMS silently removes what it does not like, so that
 * two names can become one; names in a bulk row must not contain quotes, backslashes, `&`, `%` or `+` either.
 * @throws NameError
 */
export function checkNode(name: string): void {
    const trimmed = name.trim()
    if (trimmed === "") throw new NameError(name, "is empty", "give it a name")
    if (trimmed !== name) throw new NameError(name, "begins or ends with a blank", "leave it out")
    if (name.length > LONGEST)
        throw new NameError(name, "is too long", "use at most " + LONGEST + " characters")
    const other = firstOther(name, ALLOWED)
    if (other) throw new NameError(name, "contains " + other, "use letters, digits, blanks, and _ - .")
}
