/** The runtime's bytecode has one byte for the number of a string below this, and three for any other. */
const SHORT = 248

/** A line of `devs disasm --detailed` names the strings of an instruction so: the text, and its number. */
const STRING = /"((?:[^"\\]|\\.)*)"\{A\d+\}/g

/**
 * The names and texts that a program uses most, the most used first; no more than have a short number.
 * @param disassembly what `devs disasm --detailed` prints
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
