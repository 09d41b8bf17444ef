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
        readonly given: string,
        readonly problem: string,
        readonly cure: string,
    ) {
        super("the " + kind + ' name "' + given + '" ' + problem + "; " + cure)
    }
}

/** emoncms.org cuts names that are longer. */
const LONGEST = { node: 16, input: 64 }

/**
 * Checks a name. EmonCMS silently removes what it does not like, so that two names can become one; names in a bulk row
 * must not contain quotes, backslashes, `&`, `%` or `+` either.
 * @throws NameError
 */
export function checkName(kind: "node" | "input", name: string): void {
    const longest = LONGEST[kind]
    if (name.trim() === "") throw new NameError(kind, name, "is empty", "give it a name")
    if (name.trim() !== name) throw new NameError(kind, name, "begins or ends with a blank", "leave it out")
    if (name.length > longest)
        throw new NameError(kind, name, "is too long", "use at most " + longest + " characters")
    for (let i = 0; i < name.length; i++)
        if (!isAllowed(name.charCodeAt(i)))
            throw new NameError(kind, name, "contains " + name[i], "use letters, digits, blanks, and _ - .")
}

function isAllowed(c: number): boolean {
    if (c >= 48 && c <= 57) return true
    const letter = c | 32
    if (letter >= 97 && letter <= 122) return true
    return c === 32 || c === 45 || c === 46 || c === 95
}
