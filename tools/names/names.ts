/** Numbers of strings below this take one byte in the runtime's bytecode, all others three. */
const SHORT = 248

/** A string of an instruction, as printed by `devs disasm --detailed`: the text and its number. */
const STRING = /"((?:[^"\\]|\\.)*)"\{A\d+\}/g

/**
 * The names and texts that a program uses most and more than once, most used first; no more than there are short numbers.
 * @param disassembly output of `devs disasm --detailed`
 */
export function mostUsedNames(disassembly: string): string[] {
    const uses = new Map<string, number>()
    for (const [, name] of disassembly.matchAll(STRING)) uses.set(name!, (uses.get(name!) ?? 0) + 1)
    return [...uses]
        .filter(([, count]) => count > 1)
        .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
        .slice(0, SHORT)
        .map(([name]) => name)
}

const ABOUT = `/*
 * The names that the program uses most, made by \`npm run names\`. The runtime's bytecode refers to each of the first ${SHORT}
 * strings of a program with one byte and to any other with three, and the compiler numbers strings as it meets them. A
 * string that stands alone is met but makes no code: so this file, which main.ts imports first, costs nothing and saves
 * some 1.8 KB.
 */
`

/** The text of `src/names.ts`. */
export function namesFile(names: readonly string[]): string {
    return ABOUT + names.map(name => `"${name}"\n`).join("")
}
