import type { Instruction } from "./instructions"
import { opcodeOf } from "./opcodes"
import { op } from "./trees"

/** Follows the ways through one function. */
export class Flow {
    private readonly indexes: ReadonlyMap<Instruction, number>
    /** Handlers of exceptions: any statement may lead to any of them. */
    private readonly handlers: readonly number[]
    /** Where jumps out of `try` lead, after `finally` and its `re_throw`. */
    private readonly leftTo: readonly number[]

    constructor(private readonly instructions: readonly Instruction[]) {
        this.indexes = new Map(instructions.map((it, i) => [it, i]))
        this.handlers = instructions.flatMap(({ code }, i) =>
            code === op.catch || code === op.finally ? [i] : [],
        )
        this.leftTo = instructions.flatMap(({ code, target }) =>
            code === op.throwJmp ? this.indexes.get(target!)! : [],
        )
    }

    /** All loads of a local variable that see what the instruction at `store` has put there. */
    loadsOf(store: number): Set<number> {
        const slot = this.instructions[store]!.operand
        const loads = new Set<number>()
        const seen = new Set<number>()
        const next = [...this.after(store), ...this.handlers]
        for (let at = next.pop(); at !== undefined; at = next.pop()) {
            if (seen.has(at)) continue
            seen.add(at)
            const { code, operand } = this.instructions[at]!
            if (code === op.loadLocal && operand === slot) loads.add(at)
            if (code !== op.storeLocal || operand !== slot) next.push(...this.after(at))
        }
        return loads
    }

    private after(index: number): number[] {
        const { code, target } = this.instructions[index]!
        const next = target ? [this.indexes.get(target)!] : []
        if (code === op.reThrow) next.push(...this.leftTo)
        if (!opcodeOf(code)!.final && index + 1 < this.instructions.length) next.push(index + 1)
        return next
    }
}
