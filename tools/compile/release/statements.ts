import type { Instruction } from "./instructions"
import { opcodeOf } from "./opcodes"
import { isStatement, op } from "./trees"

/** One statement of a function: the expressions that it consumes, then its own instruction. A jump refers to its target. */
export interface Statement {
    /** Instructions in execution order; the last is the statement's own. */
    code: Instruction[]
    target?: Statement
}

/** Splits a function's instructions into statements, which hold copies. */
export function split(instructions: readonly Instruction[]): Statement[] {
    const statements: Statement[] = []
    const byFirst = new Map<Instruction, Statement>()
    const targets: [Statement, Instruction][] = []
    let start = 0
    instructions.forEach((instruction, i) => {
        if (!isStatement(instruction)) return
        const own = instructions.slice(start, i + 1)
        const statement = { code: own.map(({ target: _, ...it }): Instruction => ({ ...it })) }
        statements.push(statement)
        byFirst.set(own[0]!, statement)
        if (instruction.target) targets.push([statement, instruction.target])
        start = i + 1
    })
    for (const [statement, target] of targets) statement.target = byFirst.get(target)!
    return statements
}

/** Joins statements again. The targets of all jumps must be among them. */
export function join(statements: readonly Statement[]): Instruction[] {
    for (const { code, target } of statements) if (target) code.at(-1)!.target = target.code[0]!
    return statements.flatMap(({ code }) => code)
}

/** The statement's own instruction. */
export function ownOf({ code }: Statement): Instruction {
    return code.at(-1)!
}

/** The expressions that a statement consumes. */
export function valuesOf({ code }: Statement): Instruction[] {
    return code.slice(0, -1)
}

/** The local variable that a statement sets. */
export function setBy(statement: Statement): number | undefined {
    const { code, operand } = ownOf(statement)
    return code === op.storeLocal ? operand : undefined
}

/** Removes statements. A jump to one of them then leads to the next remaining statement. */
export function without(statements: readonly Statement[], left: ReadonlySet<Statement>): Statement[] {
    if (left.size === 0) return [...statements]
    const next = new Map<Statement, Statement>()
    let following: Statement | undefined
    for (const statement of [...statements].reverse()) {
        if (!left.has(statement)) following = statement
        next.set(statement, following!)
    }
    for (const statement of statements) if (statement.target) statement.target = next.get(statement.target)!
    return statements.filter(statement => !left.has(statement))
}

/** The control flow through the statements of one function. */
export class Ways {
    /**
     * For each statement, the indexes of the statements that can run next. A jump out of `try` goes through `finally`, whose
     * `re_throw` continues it.
     */
    readonly after: readonly (readonly number[])[]
    /** Exception handlers. From any statement, control may pass to any of them. */
    readonly handlers: readonly number[]
    /** Statements that are the target of a jump. */
    readonly joints: ReadonlySet<Statement>

    constructor(statements: readonly Statement[]) {
        const places = new Map(statements.map((it, i) => [it, i]))
        const leaves = statements.filter(it => ownOf(it).code === op.throwJmp)
        this.after = statements.map((statement, i) => {
            const { code } = ownOf(statement)
            const targets = code === op.reThrow ? leaves.map(it => it.target!) : [statement.target]
            const next = targets.flatMap(target => (target ? places.get(target)! : []))
            if (!opcodeOf(code)!.final && i + 1 < statements.length) next.push(i + 1)
            return next
        })
        this.handlers = statements.flatMap((it, i) => {
            const { code } = ownOf(it)
            return code === op.catch || code === op.finally ? [i] : []
        })
        this.joints = new Set(statements.flatMap(({ target }) => target ?? []))
    }
}

/**
 * The local variables that are live before and after each statement, as bits.
 * @param kept variables that count as live everywhere
 */
export function liveness(
    statements: readonly Statement[],
    ways: Ways,
    kept: bigint,
): { readonly before: readonly bigint[]; readonly after: readonly bigint[] } {
    const before = statements.map(() => kept)
    const after = statements.map(() => kept)
    const reads = statements.map(readBy)
    const sets = statements.map(it => bit(setBy(it)))
    for (let changed = true; changed; ) {
        changed = false
        for (let i = statements.length - 1; i >= 0; i--) {
            const caught = ways.handlers.reduce((live, handler) => live | before[handler]!, 0n)
            const out = ways.after[i]!.reduce((live, next) => live | before[next]!, kept)
            const into = reads[i]! | (out & ~sets[i]!) | caught | kept
            if (out === after[i] && into === before[i]) continue
            after[i] = out
            before[i] = into
            changed = true
        }
    }
    return { before, after }
}

function readBy({ code }: Statement): bigint {
    return code.reduce((live, it) => (it.code === op.loadLocal ? live | bit(it.operand) : live), 0n)
}

/** A variable as a bit. */
export function bit(slot: number | undefined): bigint {
    return slot === undefined ? 0n : 1n << BigInt(slot)
}
