import type { Assembly } from "./assembly"
import { opcodeOf } from "./opcodes"

/** How often the code refers to each function. */
export function countFunctionUses({ functions }: Assembly): number[] {
    const uses = functions.map(() => 0)
    for (const { code, operand } of functions.flatMap(fn => fn.instructions))
        if (opcodeOf(code)?.operand === "function") uses[operand!]!++
    return uses
}

/** Removes functions that nothing refers to anymore, and renumbers the others. */
export function withoutFunctions(assembly: Assembly, gone: ReadonlySet<number>): Assembly {
    const numbers = new Map<number, number>()
    for (const index of assembly.functions.keys()) if (!gone.has(index)) numbers.set(index, numbers.size)
    const functions = assembly.functions.filter((_, i) => !gone.has(i))
    for (const instruction of functions.flatMap(fn => fn.instructions))
        if (opcodeOf(instruction.code)?.operand === "function")
            instruction.operand = numbers.get(instruction.operand!)!
    return { ...assembly, functions }
}
