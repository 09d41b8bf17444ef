import type { Pass } from "./assembly"
import { capturedSlots } from "./closures"
import { type Instruction, numberSize } from "./instructions"
import { MAX_STACK } from "./opcodes"
import { isConstant, isHarmless } from "./results"
import { join, type Statement, setBy, split, valuesOf, Ways, without } from "./statements"
import { depthOf, op } from "./trees"

/**
 * Moves values to where they are read, and removes the variables in between. Handles constants, copies of variables that do
 * not change until then, and values that the next statement reads first. Also removes values that nothing reads.
 */
export const forwardValues: Pass = assembly => {
    const captured = capturedSlots(assembly)
    return {
        ...assembly,
        functions: assembly.functions.map((fn, i) => {
            const statements = new Forwarding(split(fn.instructions), captured[i]!).result()
            return { ...fn, instructions: join(statements) }
        }),
    }
}

/** Forwards the values of one function. */
class Forwarding {
    private readonly ways: Ways
    /** Removed statements. Jumps to them lead to the next statement. */
    private readonly gone = new Set<Statement>()

    constructor(
        private readonly statements: readonly Statement[],
        private readonly captured: ReadonlySet<number>,
    ) {
        this.ways = new Ways(statements)
    }

    result(): Statement[] {
        for (let before = -1; this.gone.size > before; ) {
            before = this.gone.size
            for (const [at, statement] of this.statements.entries())
                if (!this.gone.has(statement) && this.isForwarded(at)) this.gone.add(statement)
        }
        return without(this.statements, this.gone)
    }

    /** @returns whether the statement is no longer needed */
    private isForwarded(at: number): boolean {
        const statement = this.statements[at]!
        const slot = setBy(statement)
        if (slot === undefined || this.captured.has(slot)) return false
        const values = valuesOf(statement)
        const readers = this.readersOf(slot, [...this.ways.after[at]!, ...this.ways.handlers])
        if (readers.size === 0) return values.every(isHarmless)
        if (this.putIntoNext(at, slot, values, readers)) return true
        return values.length === 1 && this.putIntoAll(at, slot, values[0]!, readers)
    }

    /** The statements that can read a variable on the way from `starts` before it is set again. */
    private readersOf(slot: number, starts: readonly number[]): Set<number> {
        const readers = new Set<number>()
        const seen = new Uint8Array(this.statements.length)
        const next = [...starts]
        for (let at = next.pop(); at !== undefined; at = next.pop()) {
            if (seen[at]) continue
            seen[at] = 1
            const statement = this.statements[at]!
            if (!this.gone.has(statement)) {
                if (isReadBy(statement, slot)) readers.add(at)
                if (setBy(statement) === slot) continue
            }
            next.push(...this.ways.after[at]!)
        }
        return readers
    }

    /** Moves the value into the next statement, if only that reads it, once, and evaluates only harmless values before it. */
    private putIntoNext(
        at: number,
        slot: number,
        values: Instruction[],
        readers: ReadonlySet<number>,
    ): boolean {
        let next = at + 1
        while (this.gone.has(this.statements[next]!) && !this.isEntered(next)) next++
        if (readers.size > 1 || !readers.has(next) || this.isEntered(next)) return false
        const reader = this.statements[next]!
        const [load, ...others] = loadsIn(reader, slot)
        if (others.length > 0 || !reader.code.slice(0, load).every(isHarmless)) return false
        const code = reader.code.with(load!, values[0]!)
        code.splice(load! + 1, 0, ...values.slice(1))
        if (depthOf(code, 0, code.length - 1) > MAX_STACK) return false
        reader.code = code
        return true
    }

    /** Whether a statement can be reached from elsewhere than the statement before it. */
    private isEntered(at: number): boolean {
        return this.ways.joints.has(this.statements[at]!) || this.ways.handlers.includes(at)
    }

    /**
     * Copies the value to all readers, if it is a constant or a variable unchanged at each of them, and if that saves bytes.
     */
    private putIntoAll(at: number, slot: number, value: Instruction, readers: ReadonlySet<number>): boolean {
        if (!isConstant(value) && !this.staysSame(at, slot, value, readers)) return false
        if (!this.isOnlyValue(at, slot, readers)) return false
        const size = value.operand === undefined ? 1 : 1 + numberSize(value.operand)
        const loads = [...readers].reduce(
            (n, reader) => n + loadsIn(this.statements[reader]!, slot).length,
            0,
        )
        if (2 + size + loads * (2 - size) <= 0) return false
        for (const reader of readers) {
            const statement = this.statements[reader]!
            for (const load of loadsIn(statement, slot))
                statement.code[load] = { ...statement.code[load]!, code: value.code, operand: value.operand }
        }
        return true
    }

    /** Whether the readers can see no other value of the variable. */
    private isOnlyValue(at: number, slot: number, readers: ReadonlySet<number>): boolean {
        const starts = this.statements.flatMap((statement, i) => {
            const isOther = i !== at && setBy(statement) === slot && !this.gone.has(statement)
            return isOther ? [[...this.ways.after[i]!, ...this.ways.handlers]] : []
        })
        for (const start of [[0], ...starts])
            if ([...this.readersOf(slot, start)].some(reader => readers.has(reader))) return false
        return true
    }

    /** Whether a variable keeps its value from here to every reader. */
    private staysSame(
        at: number,
        slot: number,
        { code, operand }: Instruction,
        readers: ReadonlySet<number>,
    ): boolean {
        if (code !== op.loadLocal || this.captured.has(operand!)) return false
        const isSet = this.statements.some(it => setBy(it) === operand && !this.gone.has(it))
        if (!isSet) return true
        if (this.ways.handlers.length > 0) return false
        const seen = new Set<string>()
        const next = this.ways.after[at]!.map(to => ({ to, changed: false }))
        for (let way = next.pop(); way; way = next.pop()) {
            const key = `${way.to} ${way.changed}`
            if (seen.has(key)) continue
            seen.add(key)
            const statement = this.statements[way.to]!
            let { changed } = way
            if (!this.gone.has(statement)) {
                if (changed && readers.has(way.to)) return false
                if (setBy(statement) === slot) continue
                if (setBy(statement) === operand) changed = true
            }
            next.push(...this.ways.after[way.to]!.map(to => ({ to, changed })))
        }
        return true
    }
}

function isReadBy({ code }: Statement, slot: number): boolean {
    for (const it of code) if (it.code === op.loadLocal && it.operand === slot) return true
    return false
}

/** Where a statement reads a variable. */
function loadsIn({ code }: Statement, slot: number): number[] {
    return code.flatMap((it, i) => (it.code === op.loadLocal && it.operand === slot ? [i] : []))
}
