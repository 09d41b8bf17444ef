import type { Assembly, AssemblyFunction, Pass } from "./assembly"
import { capturedSlots } from "./closures"
import { Edits } from "./edit"
import { Flow } from "./flow"
import { countFunctionUses } from "./function-table"
import type { Instruction } from "./instructions"
import { isField, type Method, methodsOf, ownName, roleNames } from "./methods"
import { MAX_STACK } from "./opcodes"
import { originalName } from "./rename-methods"
import {
    argumentsOf,
    builtin,
    calleeOf,
    depthOf,
    isStatement,
    op,
    startOfExpression,
    startOfStatement,
} from "./trees"

const NEEDS_THIS = 1
const HAS_REST = 4

/**
 * Turns methods into functions: `object.method(a)` becomes `method(object, a)`, and the method needs no place in a prototype.
 * A method that is also used as a value is bound to its object where it is read.
 *
 * Applies to methods with a unique name from {@link renameMethods} that only one class has, if nothing else sets a property
 * or contains a text of that name. Access by a computed name goes unnoticed; the compiler's own removal of unused methods has
 * the same limit.
 */
export const callMethodsDirectly: Pass = assembly => {
    const captured = capturedSlots(assembly)
    const methods: Methods = { called: candidates(assembly), bound: new Map() }
    for (;;) {
        const plans = assembly.functions.map((fn, i) => plan(fn, assembly, methods, captured[i]!))
        const otherUses = new Set(plans.flatMap(it => [...it.otherUses]))
        if (otherUses.size === 0) return changed(assembly, methods, plans)
        for (const name of otherUses) {
            const method = methods.called.get(name)
            if (method) methods.bound.set(name, method)
            else methods.bound.delete(name)
            methods.called.delete(name)
        }
    }
}

interface Methods {
    /** Methods that become functions with the object as their first argument. */
    readonly called: Map<string, Method>
    /** Methods that are also used as values: the function is bound to the object where the method is read. */
    readonly bound: Map<string, Method>
}

function candidates(assembly: Assembly): Map<string, Method> {
    const all = methodsOf(assembly)
    const counts = countNames(assembly)
    const uses = countFunctionUses(assembly)
    const roles = roleNames(assembly)
    const reads = readNames(assembly)
    const fit = all.filter(({ name, body }) => {
        const { flags } = assembly.functions[body]!
        if ((flags & (NEEDS_THIS | HAS_REST)) !== NEEDS_THIS || roles.has(name)) return false
        if (originalName(name) === name || !reads.has(name)) return false
        return counts.get(name) === 1 && uses[body] === 1
    })
    return new Map(fit.map(method => [method.name, method]))
}

/** How often each name occurs in the code as a text. Every assignment of a method counts once. */
function countNames(assembly: Assembly): Map<string, number> {
    const counts = new Map<string, number>()
    for (const instruction of assembly.functions.flatMap(fn => fn.instructions)) {
        const name = isField(instruction) ? undefined : ownName(instruction, assembly)
        if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
}

/** Names that are read as fields. A method that nothing reads may be looked up by a computed name, as servers do. */
function readNames(assembly: Assembly): Set<string> {
    return new Set(
        assembly.functions.flatMap(fn =>
            fn.instructions.flatMap(it => (isField(it) ? ownName(it, assembly)! : [])),
        ),
    )
}

/** The changes to one function. */
interface Plan {
    readonly edits: Edits
    /** Methods with a use here that could not be changed as planned. */
    readonly otherUses: ReadonlySet<string>
}

function plan(
    fn: AssemblyFunction,
    assembly: Assembly,
    { called, bound }: Methods,
    captured: ReadonlySet<number>,
): Plan {
    const { instructions } = fn
    const edits = new Edits()
    const otherUses = new Set<string>()
    const calls = new Map<number, number>()
    const moved = new Set<number>()
    instructions.forEach((instruction, i) => {
        if (argumentsOf(instruction) !== undefined) calls.set(calleeOf(instructions, i), i)
    })
    let flow: Flow | undefined
    instructions.forEach((instruction, read) => {
        if (!isField(instruction)) return
        const name = ownName(instruction, assembly)!
        if (bound.has(name) && !bind(instructions, read, bound.get(name)!, edits)) otherUses.add(name)
        const method = called.get(name)
        if (!method) return
        const starts = instructions[read + 1]
        const isStarted = starts?.code === op.builtinField && starts.operand === builtin.start
        const call = calls.get(isStarted ? read + 1 : read)
        if (call !== undefined && isStarted && fitsOneMore(instructions, call)) {
            start(instructions, read, call, method, edits)
        } else if (call !== undefined && !isStarted && fitsOneMore(instructions, call)) {
            const begin = startOfExpression(instructions, read)
            edits.at(begin, { before: [bodyOf(method, instructions[begin]!)] })
            edits.at(read, { remove: true })
            edits.at(call, { code: instructions[call]!.code + 1 })
        } else {
            flow ??= new Flow(instructions)
            if (!callLater(fn, read, method, { assembly, flow, calls, edits, captured, moved }))
                otherUses.add(method.name)
        }
    })
    return { edits, otherUses }
}

function fitsOneMore(instructions: readonly Instruction[], call: number): boolean {
    const begin = startOfStatement(instructions, call)
    return instructions[call]!.code < op.call8 && depthOf(instructions, begin, call) < MAX_STACK
}

function bodyOf({ body }: Method, { from }: Instruction): Instruction {
    return { code: op.staticFunction, operand: body, from }
}

/** `object.method` becomes `bind(method, object)`, which is what the runtime does when it looks up a method. */
function bind(instructions: readonly Instruction[], read: number, method: Method, edits: Edits): boolean {
    let statement = read
    while (statement > 0 && !isStatement(instructions[statement - 1]!)) statement--
    if (depthOf(instructions, statement, read) >= MAX_STACK) return false
    const begin = startOfExpression(instructions, read)
    edits.at(begin, { before: [bodyOf(method, instructions[begin]!)] })
    edits.at(read, { code: op.bind, operand: undefined })
    return true
}

/** `object.method.start(a)` becomes `method.start(object, a)`. */
function start(
    instructions: readonly Instruction[],
    read: number,
    call: number,
    method: Method,
    edits: Edits,
): void {
    const begin = startOfExpression(instructions, read)
    const { from } = instructions[begin]!
    const callee = [
        bodyOf(method, instructions[begin]!),
        { code: op.builtinField, operand: builtin.start, from },
    ]
    edits.at(begin, { before: callee })
    edits.at(read, { remove: true })
    edits.at(read + 1, { remove: true })
    edits.at(call, { code: instructions[call]!.code + 1 })
}

interface Context {
    readonly assembly: Assembly
    readonly flow: Flow
    /** Index of each call, by the index of the last instruction of its callee. */
    readonly calls: ReadonlyMap<number, number>
    readonly edits: Edits
    /** Variables that inner functions use. */
    readonly captured: ReadonlySet<number>
    /** Loads of method variables that have already been changed. */
    readonly moved: Set<number>
}

/**
 * Handles a method that is kept in a local variable while its arguments are evaluated: the variable then holds the object.
 * @returns whether the variable is only used for calls, and these could be changed
 */
function callLater(fn: AssemblyFunction, read: number, method: Method, context: Context): boolean {
    const { instructions } = fn
    const { flow, calls, edits, assembly, captured, moved } = context
    const store = instructions[read + 1]
    if (store?.code !== op.storeLocal || store.operand! < fn.args || captured.has(store.operand!))
        return false
    const loads = flow.loadsOf(read + 1)
    const others = instructions.flatMap((it, i) =>
        it.code === op.storeLocal && it.operand === store.operand && i !== read + 1 ? [i] : [],
    )
    for (const load of loads) {
        const call = calls.get(load)
        if (call === undefined || !fitsOneMore(instructions, call)) return false
        for (const other of others) {
            const before = instructions[other - 1]!
            const sameMethod = isField(before) && ownName(before, assembly) === method.name
            if (!sameMethod && flow.loadsOf(other).has(load)) return false
        }
    }
    const begin = startOfExpression(instructions, read)
    const keepsThis =
        begin === read - 1 &&
        isFixedThis(fn, instructions[begin]!) &&
        others.every(it => !reach(flow, it, loads))
    if (keepsThis) for (let i = begin; i <= read + 1; i++) edits.at(i, { remove: true })
    else edits.at(read, { remove: true })
    for (const load of loads) {
        if (moved.has(load)) continue
        moved.add(load)
        const call = calls.get(load)!
        edits.at(load, { before: [bodyOf(method, instructions[load]!)] })
        if (keepsThis) edits.at(load, { operand: instructions[begin]!.operand })
        edits.at(call, { code: instructions[call]!.code + 1 })
    }
    return true
}

function reach(flow: Flow, store: number, loads: ReadonlySet<number>): boolean {
    return [...flow.loadsOf(store)].some(load => loads.has(load))
}

/** Whether an instruction loads `this` in a function that never reassigns it. */
function isFixedThis({ flags, instructions }: AssemblyFunction, { code, operand }: Instruction): boolean {
    if (code !== op.loadLocal || operand !== 0 || !(flags & NEEDS_THIS)) return false
    return !instructions.some(it => it.code === op.storeLocal && it.operand === 0)
}

function changed(assembly: Assembly, { called, bound }: Methods, plans: readonly Plan[]): Assembly {
    const bodies = new Set([...called.values()].map(({ body }) => body))
    for (const { place, start, end } of [...called.values(), ...bound.values()])
        for (let i = start; i <= end; i++) plans[place]!.edits.at(i, { remove: true })
    return {
        ...assembly,
        functions: assembly.functions.map((fn, i) => ({
            ...fn,
            flags: bodies.has(i) ? fn.flags & ~NEEDS_THIS : fn.flags,
            instructions: plans[i]!.edits.apply(fn.instructions),
        })),
    }
}
