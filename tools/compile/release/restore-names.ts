import type { Assembly, Pass } from "./assembly"
import { BUILTIN_NAMES } from "./builtin-names"
import { indexOf, kindOf, StringKind, stringReference } from "./image"
import { codeOf } from "./opcodes"
import { originalName } from "./rename-methods"
import { op } from "./trees"

/** Restores the names from before {@link renameMethods} for methods that are still called by name. */
export const restoreNames: Pass = assembly => {
    const builtins = new Map(BUILTIN_NAMES.map((name, i) => [name, i]))
    const restored = (table: readonly Uint8Array[]) =>
        table.map(bytes => Buffer.from(originalName(Buffer.from(bytes).toString("utf8"))))
    const asciiStrings = restored(assembly.asciiStrings)
    const utf8Strings = restored(assembly.utf8Strings)
    const builtinOf = (kind: number, index: number) => {
        const table = kind === StringKind.ascii ? asciiStrings : kind === StringKind.utf8 ? utf8Strings : []
        return builtins.get(table[index]?.toString("utf8") ?? "no name")
    }
    return {
        ...assembly,
        asciiStrings,
        utf8Strings,
        functions: assembly.functions.map(fn => {
            const name = builtinOf(kindOf(fn.name), indexOf(fn.name))
            return {
                ...fn,
                name: name === undefined ? fn.name : stringReference(StringKind.builtin, name),
                instructions: withBuiltins(fn.instructions, builtinOf),
            }
        }),
    }
}

const FIELDS = new Map([
    [op.asciiField, StringKind.ascii],
    [op.utf8Field, StringKind.utf8],
])
const TEXTS = new Map([
    [op.asciiString, StringKind.ascii],
    [op.utf8String, StringKind.utf8],
])
const BUILTIN_STRING = codeOf("static_builtin_string")

/** Replaces references to names that the runtime also has built in with references to the built-in ones. */
function withBuiltins(
    instructions: Assembly["functions"][0]["instructions"],
    builtinOf: (kind: number, index: number) => number | undefined,
) {
    const copies = new Map(instructions.map(it => [it, { ...it }]))
    for (const copy of copies.values()) {
        if (copy.target) copy.target = copies.get(copy.target)!
        const kind = FIELDS.get(copy.code as never) ?? TEXTS.get(copy.code as never)
        const name = kind === undefined ? undefined : builtinOf(kind, copy.operand!)
        if (name === undefined) continue
        const code = FIELDS.has(copy.code as never) ? op.builtinField : BUILTIN_STRING
        Object.assign(copy, { code, operand: name })
    }
    return [...copies.values()]
}
