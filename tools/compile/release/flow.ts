import type { Instruction } from "./instructions"
import { type Statement, setBy, split, Ways } from "./statements"
import { op } from "./trees"

/** Follows values through one function, by the indexes of its instructions. */
export class Flow {
    private readonly statements: readonly Statement[]
    private readonly ways: Ways
    /** Index of the first instruction of each statement. */
    private readonly begins: readonly number[]

    constructor(instructions: readonly Instruction[]) {
        this.statements = split(instructions)
        this.ways = new Ways(this.statements)
        let begin = 0
        this.begins = this.statements.map(({ code }) => {
            begin += code.length
            return begin - code.length
        })
    }

    /** All loads of a local variable that can see the value stored by the instruction at `store`. */
    loadsOf(store: number): Set<number> {
        const from = this.begins.findLastIndex(begin => begin <= store)
        const slot = setBy(this.statements[from]!)
        const loads = new Set<number>()
        const seen = new Set<number>()
        const next = [...this.ways.after[from]!, ...this.ways.handlers]
        for (let at = next.pop(); at !== undefined; at = next.pop()) {
            if (seen.has(at)) continue
            seen.add(at)
            const statement = this.statements[at]!
            statement.code.forEach(({ code, operand }, i) => {
                if (code === op.loadLocal && operand === slot) loads.add(this.begins[at]! + i)
            })
            if (setBy(statement) !== slot) next.push(...this.ways.after[at]!)
        }
        return loads
    }
}
