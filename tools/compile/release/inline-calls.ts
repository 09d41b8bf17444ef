import type { Assembly, AssemblyFunction, Pass } from "./assembly"
import { capturedSlots } from "./closures"
import { countFunctionUses, withoutFunctions } from "./function-table"
import { FUNCTION_BYTES } from "./image"
import { FIRST_LONG_NUMBER, type Instruction, numberSize } from "./instructions"
import { isHarmless, isResultRead } from "./results"
import {
    bit,
    join,
    liveness,
    ownOf,
    type Statement,
    setBy,
    split,
    valuesOf,
    Ways,
    without,
} from "./statements"
import { argumentsOf, calleeOf, op, startOfExpression } from "./trees"

const MAIN = 0

/**
 * Maximum number of variables in an inlined function that can hold a newly made text or object. They live on in the caller's
 * frame, and the caller may be waiting for a server at the time.
 */
const MOST_HOLDERS = 2

/**
 * Inlines functions that are called from only one place, if that makes the code shorter.
 *
 * Applies to plain functions: no `this`, no rest parameter, no exception handler, no closure. The caller gets the function's
 * variables in addition to its own; `shareSlots` later reduces their number.
 */
export const inlineCalls: Pass = assembly => {
    const bodies = assembly.functions.map(({ instructions, ...fn }): Body => {
        return { ...fn, statements: split(instructions) }
    })
    const callees = inlinable(assembly)
    const gone = new Set<number>()
    for (const index of bodies.keys()) inlineInto(index, bodies, callees, gone)
    const functions = bodies.map(({ statements, ...fn }) => ({ ...fn, instructions: join(statements) }))
    return withoutFunctions({ ...assembly, functions }, gone)
}

interface Body extends Omit<AssemblyFunction, "instructions"> {
    readonly statements: readonly Statement[]
}

/** Inlines depth first: a function gets the functions that it calls before it is itself put into its caller. */
function inlineInto(index: number, bodies: Body[], callees: Set<number>, gone: Set<number>): void {
    for (const call of bodies[index]!.statements) {
        const callee = calledBy(call)
        if (callee === undefined || callee === index || !callees.delete(callee)) continue
        inlineInto(callee, bodies, callees, gone)
        const inlined = inline(bodies[index]!, call, bodies[callee]!)
        if (!inlined) continue
        bodies[index] = inlined
        gone.add(callee)
    }
}

/** Plain functions that are referenced only once and can be inlined if that reference is a call. */
function inlinable(assembly: Assembly): Set<number> {
    const uses = countFunctionUses(assembly)
    const captured = capturedSlots(assembly)
    return new Set(
        assembly.functions.flatMap((fn, i) => {
            return i !== MAIN &&
                uses[i] === 1 &&
                holdersIn(fn) <= MOST_HOLDERS &&
                captured[i]!.size === 0 &&
                isPlain(fn)
                ? [i]
                : []
        }),
    )
}

const CLOSURES: ReadonlySet<number> = new Set([op.makeClosure, op.loadClosure, op.storeClosure])

function isPlain({ flags, tryFrames, instructions }: AssemblyFunction): boolean {
    return flags === 0 && tryFrames === 0 && !instructions.some(({ code }) => CLOSURES.has(code))
}

/** Number of variables that receive the result of a call or of `+`, which may concatenate. */
function holdersIn({ instructions, args }: AssemblyFunction): number {
    const found = new Set<number>()
    instructions.forEach(({ code, operand }, i) => {
        const value = instructions[i - 1]?.code
        const isMade = value === op.retVal || value === op.add
        if (code === op.storeLocal && operand! >= args && isMade) found.add(operand!)
    })
    return found.size
}

/** The function that a statement calls directly; `undefined` for any other statement. */
function calledBy({ code }: Statement): number | undefined {
    const end = code.length - 1
    if (argumentsOf(code[end]!) === undefined) return undefined
    const callee = code[calleeOf(code, end)]!
    return callee.code === op.staticFunction ? callee.operand : undefined
}

/** @returns the caller with the call inlined; `undefined` if that does not fit or is no shorter */
function inline(caller: Body, call: Statement, callee: Body): Body | undefined {
    const slots = caller.slots + callee.slots
    if (argumentsOf(ownOf(call))! > callee.args || slots >= FIRST_LONG_NUMBER) return undefined
    const at = caller.statements.indexOf(call)
    const { replaced, statements: body } = bodyInPlace(caller, at, callee)
    const inside = [...parametersOf(call, callee, caller.slots), ...body]
    const apart = [...caller.statements.slice(at, at + replaced), ...callee.statements]
    if (sizeOf(inside) >= sizeOf(apart) + FUNCTION_BYTES) return undefined
    const statements = [...caller.statements]
    statements.splice(at, replaced, call, ...inside)
    const left = new Set([call, ...body.filter(({ code }) => code.length === 0)])
    return { ...caller, statements: without(statements, left), slots }
}

/** Size in bytes, assuming short jumps. */
function sizeOf(statements: readonly Statement[]): number {
    const sizes = statements.flatMap(({ code, target }) =>
        code
            .map(({ operand }) => 1 + (operand === undefined ? 0 : numberSize(operand)))
            .concat(target ? 1 : 0),
    )
    return sizes.reduce((sum, size) => sum + size, 0)
}

/** Copies statements, with the function's variables moved up by `base`. */
function copied(statements: readonly Statement[], base: number, call: Instruction): Statement[] {
    const copies = new Map(
        statements.map(it => [it, { ...it, code: it.code.map(own => moved(own, base, call)) }]),
    )
    for (const copy of copies.values()) if (copy.target) copy.target = copies.get(copy.target)!
    return [...copies.values()]
}

function moved(instruction: Instruction, base: number, call: Instruction): Instruction {
    const { code, operand, calls = [] } = instruction
    const isLocal = code === op.loadLocal || code === op.storeLocal
    return {
        ...instruction,
        operand: isLocal ? operand! + base : operand,
        calls: [...calls, call.from, ...(call.calls ?? [])],
    }
}

/**
 * Statements that set the parameters to the arguments, and to `undefined` the variables that the function reads before it
 * sets them.
 */
function parametersOf(call: Statement, callee: Body, base: number): Statement[] {
    const { from, calls } = ownOf(call)
    const values = argumentsIn(call)
    const live = liveness(callee.statements, new Ways(callee.statements), 0n).before[0]!
    for (let slot = values.length; slot < callee.slots; slot++)
        values[slot] = live & bit(slot) ? [{ code: op.undefined, from, calls }] : []
    return values.flatMap((value, i) => {
        return value.length > 0
            ? { code: [...value, { code: op.storeLocal, operand: base + i, from, calls }] }
            : []
    })
}

/** The instructions of each argument. */
function argumentsIn({ code }: Statement): Instruction[][] {
    const values: Instruction[][] = []
    let end = code.length - 1
    for (let n = argumentsOf(code[end]!)!; n > 0; n--) {
        const start = startOfExpression(code, end - 1)
        values.unshift(code.slice(start, end))
        end = start
    }
    return values
}

/** A function's statements, adapted to its caller. */
interface InPlace {
    /** Number of the caller's statements that they replace, including the call. */
    readonly replaced: number
    /** A statement without code does nothing. */
    readonly statements: Statement[]
}

/**
 * If the caller returns right after the call, the function's returns stay as they are. Otherwise they become jumps to the
 * statement after the call.
 */
function bodyInPlace(caller: Body, at: number, callee: Body): InPlace {
    const statements = copied(callee.statements, caller.slots, ownOf(caller.statements[at]!))
    const ways = new Ways(caller.statements)
    const next = caller.statements[at + 1]!
    const isJoint = ways.joints.has(next)
    const returns = statements.filter(it => ownOf(it).code === op.return)
    const returnsNothing = returns.every(it => is(valuesOf(it), op.undefined))
    const passesOn = is(valuesOf(next), op.retVal) || (returnsNothing && is(valuesOf(next), op.undefined))
    if (ownOf(next).code === op.return && passesOn) return { replaced: isJoint ? 1 : 2, statements }
    const isStored = !isJoint && setBy(next) !== undefined && is(valuesOf(next), op.retVal)
    if (isStored && !isResultRead(caller.statements, ways, at + 2)) {
        const result = (values: Instruction[]) => [...values, { ...ownOf(next) }]
        return { replaced: 2, statements: returningTo(caller.statements[at + 2]!, statements, result) }
    }
    const isRead = isResultRead(caller.statements, ways, at + 1)
    const result = (values: Instruction[]) => {
        if (!isRead && values.every(isHarmless)) return []
        const { from, calls } = values[0]!
        return [...values, { code: op.storeRetVal, from, calls }]
    }
    return { replaced: 1, statements: returningTo(next, statements, result) }
}

/** @param result makes the code that replaces a return from the returned value */
function returningTo(
    next: Statement,
    statements: readonly Statement[],
    result: (values: Instruction[]) => Instruction[],
): Statement[] {
    return statements.flatMap((statement, i) => {
        const { code, from, calls } = ownOf(statement)
        if (code !== op.return) return [statement]
        statement.code = result(valuesOf(statement))
        if (i + 1 === statements.length) return [statement]
        const jump = { code: [{ code: op.jmp, from, calls }], target: next }
        if (statement.code.length > 0) return [statement, jump]
        return [Object.assign(statement, jump)]
    })
}

function is(values: readonly Instruction[], code: number): boolean {
    return values.length === 1 && values[0]!.code === code
}
