import type { Instruction } from "./instructions"
import { FIRST_DIRECT_VALUE } from "./opcodes"
import { ownOf, type Statement, type Ways } from "./statements"
import { argumentsOf, op } from "./trees"

/** Statements that set the runtime's one place for what a call returns, besides calls. */
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

/** Whether what the last call returned may still be read from the statement at `start` on. */
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

/** An expression with the same value at any time. */
export function isConstant({ code }: Instruction): boolean {
    return code >= FIRST_DIRECT_VALUE || CONSTANTS.has(code)
}

/** An expression that does nothing but give its value, and always can. */
export function isHarmless(instruction: Instruction): boolean {
    const { code } = instruction
    return isConstant(instruction) || code === op.loadLocal || code === op.loadGlobal || code === op.retVal
}
