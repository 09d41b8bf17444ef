import type { Assembly } from "./assembly"
import type { Instruction } from "./instructions"
import { codeOf, FIRST_DIRECT_VALUE } from "./opcodes"
import { startOfExpression } from "./trees"

const MAKE = codeOf("make_closure")
const LOAD = codeOf("load_closure")
const STORE = codeOf("store_closure")
const LITERAL = codeOf("literal")

interface Defect {
    readonly offset: number
    readonly detail: string
}

/** For each function, the slots of its variables that inner functions use. */
export function capturedSlots({ functions }: Assembly): ReadonlySet<number>[] {
    const makers = makersOf(functions)
    const captured = functions.map(() => new Set<number>())
    for (const [index, fn] of functions.entries()) {
        for (const [i, { code, operand }] of fn.instructions.entries()) {
            if (code !== LOAD && code !== STORE) continue
            const owners = outwards(index, levelsOf(fn.instructions, i)!, makers)
            for (const owner of owners) captured[owner]!.add(operand!)
        }
    }
    return captured
}

type Makers = ReadonlyMap<number, ReadonlySet<number>>

/** For each function, the functions that make closures of it. */
function makersOf(functions: Assembly["functions"]): Makers {
    const makers = new Map<number, Set<number>>()
    functions.forEach((fn, maker) => {
        for (const { code, operand } of fn.instructions)
            if (code === MAKE) makers.set(operand!, (makers.get(operand!) ?? new Set()).add(maker))
    })
    return makers
}

/** The functions that can be the given number of levels outside of a function. */
function outwards(index: number, levels: number, makers: Makers): ReadonlySet<number> {
    let owners: ReadonlySet<number> = new Set([index])
    for (let n = 0; n < levels; n++) owners = new Set([...owners].flatMap(it => [...(makers.get(it) ?? [])]))
    return owners
}

/**
 * Checks that each access to an outer function's variable finds one. The outer functions of a closure are the functions that
 * make it, followed outward for as many levels as the access says.
 */
export function closureDefect({ functions }: Assembly): Defect | undefined {
    const makers = makersOf(functions)
    for (const [index, fn] of functions.entries()) {
        for (const [i, { code, operand, from }] of fn.instructions.entries()) {
            if (code !== LOAD && code !== STORE) continue
            const levels = levelsOf(fn.instructions, i)
            if (levels === undefined) return { offset: from, detail: "levels that are no constant" }
            const owners = outwards(index, levels, makers)
            if (levels < 1 || owners.size === 0)
                return { offset: from, detail: `nothing is ${levels} levels out` }
            for (const owner of owners)
                if (operand! >= functions[owner]!.slots)
                    return { offset: from, detail: `closure slot ${operand} of ${functions[owner]!.slots}` }
        }
    }
    return undefined
}

/** How many levels out an access goes: its first value, a small constant. */
function levelsOf(instructions: readonly Instruction[], access: number): number | undefined {
    let at = access - 1
    if (instructions[access]!.code === STORE) at = startOfExpression(instructions, at) - 1
    const { code, operand } = instructions[at]!
    if (code >= FIRST_DIRECT_VALUE) return code - FIRST_DIRECT_VALUE - 16
    return code === LITERAL ? operand : undefined
}
