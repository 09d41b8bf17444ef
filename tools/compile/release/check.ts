import { type Assembly, type AssemblyFunction, disassemble } from "./assembly"
import { BadImageError } from "./bad-image"
import { closureDefect } from "./closures"
import { CODE_LIMIT, FUNCTION_BYTES, globalsOf, HEADER_BYTES, specificationsOf } from "./image"
import type { Instruction } from "./instructions"
import { LAST_BUILTIN_OBJECT, LAST_BUILTIN_STRING, MAX_STACK, type OperandKind, opcodeOf } from "./opcodes"
import { nameReferences } from "./specifications"
import { stringDefect, tableDefect } from "./string-tables"

/**
 * Reads an image back and checks it for everything that the runtime would reject or that would fail at run time. The
 * runtime's own verifier does not look at instructions.
 * @throws BadImageError
 */
export function checkImage(bytes: Uint8Array): void {
    const assembly = disassemble(bytes)
    const tables = tableDefect(bytes)
    if (tables) throw new BadImageError("string table", 0, tables)
    checkSize(assembly)
    for (const { offset, reference } of nameReferences(assembly)) {
        const defect = stringDefect(assembly, reference)
        if (defect) throw new BadImageError("specification", offset, defect)
    }
    for (const fn of assembly.functions) checkFunction(fn, assembly)
    const closure = closureDefect(assembly)
    if (closure) throw new BadImageError("index", closure.offset, closure.detail)
}

/** Maximum size of a program's functions in bytes: they must end below {@link CODE_LIMIT}. */
export const FUNCTIONS_LIMIT = CODE_LIMIT - HEADER_BYTES - 1

function checkSize({ functions }: Assembly): void {
    const size = functions.reduce((sum, fn) => sum + fn.length + FUNCTION_BYTES, 0)
    if (size > FUNCTIONS_LIMIT)
        throw new BadImageError("function size", 0, `functions take ${size} of ${FUNCTIONS_LIMIT} bytes`)
}

function checkFunction(fn: AssemblyFunction, assembly: Assembly): void {
    const name = stringDefect(assembly, fn.name)
    if (name) throw new BadImageError("function table", fn.start, name)
    if (fn.args > fn.slots) throw new BadImageError("function table", fn.start, "more arguments than slots")
    const targets = new Set(fn.instructions.flatMap(({ target }) => target ?? []))
    let depth = 0
    for (const instruction of fn.instructions) {
        const { code, from } = instruction
        const opcode = opcodeOf(code)!
        if (targets.has(instruction) && depth !== 0)
            throw new BadImageError("jump target", from, "in the middle of a statement")
        depth -= opcode.pops
        if (depth < 0) throw new BadImageError("stack depth", from, "takes more than there is")
        if (opcode.kind === "expression") depth++
        else if (depth !== 0)
            throw new BadImageError("stack depth", from, `a statement leaves ${depth} values`)
        if (depth > MAX_STACK) throw new BadImageError("stack depth", from, `${depth} values`)
        if (opcode.operand) checkOperand(opcode.operand, instruction, fn, assembly)
    }
    const last = fn.instructions.at(-1)
    if (!last || !opcodeOf(last.code)!.final)
        throw new BadImageError("end of code", fn.start + fn.length, "it is reached")
    checkHandlers(fn)
}

function checkOperand(
    kind: OperandKind,
    { operand, from }: Instruction,
    fn: AssemblyFunction,
    image: Assembly,
): void {
    const count = countOf(kind, fn, image)
    if (count !== undefined && !(operand! >= 0 && operand! < count))
        throw new BadImageError("index", from, `${kind} ${operand} of ${count}`)
}

/**
 * The number of valid indexes; `undefined` for operands that are not indexes, and for closure slots, which
 * {@link closureDefect} checks.
 */
function countOf(kind: OperandKind, fn: AssemblyFunction, image: Assembly): number | undefined {
    const counts: Partial<Record<OperandKind, number>> = {
        "builtin object": LAST_BUILTIN_OBJECT + 1,
        "builtin string": LAST_BUILTIN_STRING + 1,
        "ascii string": image.asciiStrings.length,
        "utf8 string": image.utf8Strings.length,
        buffer: image.buffers.length,
        float: image.floats.length / 8,
        function: image.functions.length,
        global: globalsOf(image),
        local: fn.slots,
        "service specification": specificationsOf(image),
    }
    return counts[kind]
}

const NAMES = { try: "try", catch: "catch", finally: "finally" }

/** Checks that each `try` leads to a `catch` or `finally`, and that each of those has a `try`. */
function checkHandlers(fn: AssemblyFunction): void {
    const nameOf = (instruction: Instruction) => opcodeOf(instruction.code)!.name
    const handled = new Set<Instruction>()
    for (const instruction of fn.instructions) {
        if (nameOf(instruction) !== NAMES.try) continue
        if (fn.tryFrames === 0)
            throw new BadImageError(
                "exception handler",
                instruction.from,
                "the function has no frames for it",
            )
        handled.add(instruction.target!)
        if (![NAMES.catch, NAMES.finally].includes(nameOf(instruction.target!)))
            throw new BadImageError("exception handler", instruction.from, "try leads to no handler")
    }
    for (const instruction of fn.instructions)
        if ([NAMES.catch, NAMES.finally].includes(nameOf(instruction)) && !handled.has(instruction))
            throw new BadImageError("exception handler", instruction.from, "no try leads to it")
}
