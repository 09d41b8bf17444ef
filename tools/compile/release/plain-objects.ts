import type { AssemblyFunction, Pass } from "./assembly"
import { capturedSlots } from "./closures"
import type { Instruction } from "./instructions"
import { builtin, op } from "./trees"

const NEEDS_THIS = 1
const IS_CONSTRUCTOR = 2

/**
 * Turns constructors into functions that create and return an empty object, if the prototypes of their classes are empty. The
 * runtime would otherwise keep a prototype for each, which holds nothing but its constructor.
 *
 * Applies to classes that are only used with `new`: no base, no class that extends it, no `instanceof`, no static members.
 * Does nothing in a program that reads `constructor`.
 */
export const makePlainObjects: Pass = assembly => {
    const all = assembly.functions.flatMap(fn => fn.instructions)
    if (all.some(({ code, operand }) => code === op.builtinField && operand === builtin.constructor))
        return assembly
    const captured = capturedSlots(assembly)
    const plain = new Set(
        assembly.functions.flatMap((fn, i) => (isSimple(fn) && captured[i]!.size === 0 ? [i] : [])),
    )
    for (const fn of assembly.functions) for (const other of otherUses(fn.instructions)) plain.delete(other)
    return {
        ...assembly,
        functions: assembly.functions.map((fn, i) => {
            const calling = { ...fn, instructions: withoutNew(fn.instructions, plain) }
            return plain.has(i) ? asFunction(calling) : calling
        }),
    }
}

/** Whether a function is a constructor that returns nothing and never reassigns `this`. */
function isSimple({ flags, instructions }: AssemblyFunction): boolean {
    if (!(flags & IS_CONSTRUCTOR) || !(flags & NEEDS_THIS)) return false
    return instructions.every(
        ({ code, operand }, i) =>
            (code !== op.return || instructions[i - 1]?.code === op.undefined) &&
            (code !== op.storeLocal || operand !== 0),
    )
}

/** Functions that are referenced other than by `new`. */
function otherUses(instructions: readonly Instruction[]): number[] {
    return instructions.flatMap(({ code, operand }, i) => {
        if (code === op.makeClosure) return operand!
        return code === op.staticFunction && instructions[i + 1]?.code !== op.new ? operand! : []
    })
}

function withoutNew(
    instructions: readonly Instruction[],
    plain: ReadonlySet<number>,
): readonly Instruction[] {
    return instructions.filter(({ code }, i) => {
        const made = instructions[i - 1]
        return !(code === op.new && made?.code === op.staticFunction && plain.has(made.operand!))
    })
}

/** Moves the arguments down by one, and makes `this` a variable after them. */
function asFunction(fn: AssemblyFunction): AssemblyFunction {
    const args = fn.args - 1
    const slot = (old: number) => (old === 0 ? args : old <= args ? old - 1 : old)
    const copies = new Map(fn.instructions.map(it => [it, { ...it }]))
    for (const copy of copies.values()) {
        if (copy.target) copy.target = copies.get(copy.target)!
        if (copy.code === op.loadLocal || copy.code === op.storeLocal) copy.operand = slot(copy.operand!)
    }
    const begin = { from: fn.instructions[0]!.from }
    const instructions: Instruction[] = [
        { code: op.allocMap, ...begin },
        { code: op.retVal, ...begin },
        { code: op.storeLocal, operand: args, ...begin },
    ]
    const body = [...copies.values()]
    body.forEach((instruction, i) => {
        if (instruction.code === op.undefined && body[i + 1]?.code === op.return)
            Object.assign(instruction, { code: op.loadLocal, operand: args })
        instructions.push(instruction)
    })
    return { ...fn, args, flags: fn.flags & ~(NEEDS_THIS | IS_CONSTRUCTOR), instructions }
}
