import { firstOther } from "../net/parsing"

/** A node or input name that EmonCMS would change or refuse. */
export class NameError extends Error {
    /**
     * @param kind what it was to name
     * @param given the name
     * @param problem what is wrong, in words
     * @param cure what to write instead
     */
    constructor(
        readonly kind: "node" | "input",
        given: string,
        readonly problem: string,
        cure: string,
    ) {
        super("the " + kind + ' name "' + given + '" ' + problem + "; " + cure)
    }
}

/** emoncms.org cuts names that are longer. */
const LONGEST_NODE = 16
const LONGEST_INPUT = 64

const ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -._"

/**
 * Checks a name. EmonCMS silently removes what it does not like, so that two names can become one; names in a bulk row
 * must not contain quotes, backslashes, `&`, `%` or `+` either.
 * @throws NameError
 */
export function checkName(kind: "node" | "input", name: string): void {
    const longest = kind === "node" ? LONGEST_NODE : LONGEST_INPUT
    const trimmed = name.trim()
    if (trimmed === "") throw new NameError(kind, name, "is empty", "give it a name")
    if (trimmed !== name) throw new NameError(kind, name, "begins or ends with a blank", "leave it out")
    if (name.length > longest)
        throw new NameError(kind, name, "is too long", "use at most " + longest + " characters")
    const other = firstOther(name, ALLOWED)
    if (other) throw new NameError(kind, name, "contains " + other, "use letters, digits, blanks, and _ - .")
}
