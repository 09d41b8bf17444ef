import type { Assembly, Pass } from "./assembly"
import { countFunctionUses } from "./function-table"
import { indexOf, kindOf, StringKind, stringReference } from "./image"
import { FIRST_LONG_NUMBER } from "./instructions"
import { codeOf, opcodeOf } from "./opcodes"
import { nameReferences, withNames } from "./specifications"

/** Number of the function that a program starts with. */
const MAIN = 0

/** Gives one-byte numbers to the functions that are referenced most. */
export const numberFunctionsByUse: Pass = assembly => {
    const uses = countFunctionUses(assembly)
    const order = assembly.functions
        .map((_, i) => i)
        .sort((a, b) => Number(b === MAIN) - Number(a === MAIN) || uses[b]! - uses[a]! || a - b)
    const numbers = new Map(order.map((old, number) => [old, number]))
    return mapInstructions(
        { ...assembly, functions: order.map(old => assembly.functions[old]!) },
        instruction =>
            opcodeOf(instruction.code)?.operand === "function"
                ? { operand: numbers.get(instruction.operand!)! }
                : undefined,
    )
}

/** Maximum length of a text in the runtime's ASCII table. */
const LONGEST_ASCII = 49

/**
 * Gives one-byte numbers to the texts that are referenced most. There are two tables of texts, ASCII and UTF-8, each with
 * {@link FIRST_LONG_NUMBER} such numbers; an ASCII text can be in either. Drops texts that nothing refers to.
 */
export const numberStringsByUse: Pass = assembly => {
    const uses = countStrings(assembly)
    const byUse = [...uses.values()].sort((a, b) => b.inCode - a.inCode || (a.text < b.text ? -1 : 1))
    const ascii: Buffer[] = []
    const utf8: Buffer[] = []
    const places = new Map<string, number>()
    const place = (text: string, kind: number, table: Buffer[]) => {
        places.set(text, stringReference(kind, table.length))
        table.push(Buffer.from(text, "latin1"))
    }
    for (const { text } of byUse) {
        const asciiIsFull = ascii.length >= FIRST_LONG_NUMBER && utf8.length < FIRST_LONG_NUMBER
        if (fitsAscii(text) && !asciiIsFull) place(text, StringKind.ascii, ascii)
        else place(text, StringKind.utf8, utf8)
    }
    const moved = (reference: number) => {
        const text = textOf(assembly, reference)
        return text === undefined ? reference : places.get(text)!
    }
    const { functions, ...rest } = mapInstructions(assembly, ({ code, operand }) => {
        const reference = referenceOf(code, operand)
        if (reference === undefined) return undefined
        const to = moved(reference)
        return { code: codeFor(code, kindOf(to)), operand: indexOf(to) }
    })
    return {
        ...rest,
        functions: functions.map(fn => ({ ...fn, name: moved(fn.name) })),
        specifications: withNames(assembly, moved),
        asciiStrings: ascii,
        utf8Strings: utf8,
    }
}

/** The instructions that refer to a text, for each of the two tables. */
const STRING_CODES = [
    { ascii: codeOf("static_ascii_string"), utf8: codeOf("static_utf8_string") },
    { ascii: codeOf("ascii_field"), utf8: codeOf("utf8_field") },
]

function referenceOf(code: number, operand: number | undefined): number | undefined {
    for (const codes of STRING_CODES) {
        if (code === codes.ascii) return stringReference(StringKind.ascii, operand!)
        if (code === codes.utf8) return stringReference(StringKind.utf8, operand!)
    }
    return undefined
}

function codeFor(code: number, kind: number): number {
    const codes = STRING_CODES.find(({ ascii, utf8 }) => code === ascii || code === utf8)!
    return kind === StringKind.ascii ? codes.ascii : codes.utf8
}

/** A text with one character per byte; `undefined` if the reference is to neither table. */
function textOf({ asciiStrings, utf8Strings }: Assembly, reference: number): string | undefined {
    const kind = kindOf(reference)
    const table =
        kind === StringKind.ascii ? asciiStrings : kind === StringKind.utf8 ? utf8Strings : undefined
    return table && Buffer.from(table[indexOf(reference)]!).toString("latin1")
}

function fitsAscii(text: string): boolean {
    return text.length <= LONGEST_ASCII && [...text].every(c => c > "\0" && c <= "\x7f")
}

function countStrings(assembly: Assembly): Map<string, { text: string; inCode: number }> {
    const uses = new Map<string, { text: string; inCode: number }>()
    const count = (reference: number, inCode: number) => {
        const text = textOf(assembly, reference)
        if (text === undefined) return
        const entry = uses.get(text) ?? { text, inCode: 0 }
        entry.inCode += inCode
        uses.set(text, entry)
    }
    for (const fn of assembly.functions) {
        count(fn.name, 0)
        for (const { code, operand } of fn.instructions) {
            const reference = referenceOf(code, operand)
            if (reference !== undefined) count(reference, 1)
        }
    }
    for (const { reference } of nameReferences(assembly)) count(reference, 0)
    return uses
}

/** Copies instructions with changed codes and operands; jumps lead to the copies. */
function mapInstructions(
    assembly: Assembly,
    change: (
        instruction: Assembly["functions"][0]["instructions"][0],
    ) => { code?: number; operand: number } | undefined,
): Assembly {
    return {
        ...assembly,
        functions: assembly.functions.map(fn => {
            const copies = new Map(fn.instructions.map(it => [it, { ...it, ...change(it) }]))
            for (const copy of copies.values()) if (copy.target) copy.target = copies.get(copy.target)!
            return { ...fn, instructions: [...copies.values()] }
        }),
    }
}
