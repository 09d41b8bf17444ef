import type { Assembly } from "./assembly"
import { opcodeOf } from "./opcodes"

/** Leaves functions out, to which nothing refers any more. */
export function withoutFunctions(assembly: Assembly, gone: ReadonlySet<number>): Assembly {
    const numbers = new Map<number, number>()
    for (const index of assembly.functions.keys()) if (!gone.has(index)) numbers.set(index, numbers.size)
    const functions = assembly.functions.filter((_, i) => !gone.has(i))
    for (const instruction of functions.flatMap(fn => fn.instructions))
        if (opcodeOf(instruction.code)?.operand === "function")
            instruction.operand = numbers.get(instruction.operand!)!
    return { ...assembly, functions }
}
