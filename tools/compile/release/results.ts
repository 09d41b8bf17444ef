import type { Instruction } from "./instructions"
import { FIRST_DIRECT_VALUE } from "./opcodes"
import { ownOf, type Statement, type Ways } from "./statements"
import { argumentsOf, op } from "./trees"

/** Statements other than calls that overwrite the runtime's only place for the result of a call. */
const SETS_RESULT: ReadonlySet<number> = new Set([
    op.callArray,
    op.allocMap,
    op.allocArray,
    op.allocBuffer,
    op.indexDelete,
    op.storeRetVal,
    op.return,
    op.finally,
    op.catch,
])

/** Whether the result of the last call may still be read at the statement at `start` or later. */
export function isResultRead(statements: readonly Statement[], ways: Ways, start: number): boolean {
    const seen = new Set<number>()
    const next = [start]
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
        if (seen.has(at)) continue
        seen.add(at)
        const { code } = statements[at]!
        if (code.some(it => it.code === op.retVal || it.code === op.jmpRetValZ)) return true
        if (!setsResult(statements[at]!)) next.push(...ways.after[at]!)
    }
    return false
}

function setsResult(statement: Statement): boolean {
    const own = ownOf(statement)
    return argumentsOf(own) !== undefined || SETS_RESULT.has(own.code)
}

const CONSTANTS: ReadonlySet<number> = new Set([
    op.undefined,
    op.null,
    op.true,
    op.false,
    op.nan,
    op.inf,
    op.literal,
    op.literalFloat,
    op.staticFunction,
    op.builtinString,
    op.asciiString,
    op.utf8String,
])

/** Whether an expression always has the same value. */
export function isConstant({ code }: Instruction): boolean {
    return code >= FIRST_DIRECT_VALUE || CONSTANTS.has(code)
}

/** Whether an expression has no side effects and cannot fail. */
export function isHarmless(instruction: Instruction): boolean {
    const { code } = instruction
    return isConstant(instruction) || code === op.loadLocal || code === op.loadGlobal || code === op.retVal
}
