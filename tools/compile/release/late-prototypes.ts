import type { Assembly, Pass } from "./assembly"
import { Edits } from "./edit"
import type { Instruction } from "./instructions"
import { readsPrototypeOf } from "./methods"
import { builtin, op, startOfStatement } from "./trees"

const IS_CONSTRUCTOR = 2

/** A statement `Object.setPrototypeOf(Class.prototype, Base.prototype)`. */
interface Link {
    readonly owner: number
    readonly place: number
    readonly start: number
    readonly end: number
}

/**
 * Links a class to its base class when its constructor runs, and not on start-up. On start-up this would create the
 * prototypes of all classes, although most of them are errors that never happen.
 *
 * Applies to classes with nothing else in their prototypes.
 */
export const linkPrototypesLate: Pass = assembly => {
    const links = linksOf(assembly).filter(link => isOnlyLinked(link.owner, assembly))
    const edits = assembly.functions.map(() => new Edits())
    for (const { owner, place, start, end } of links) {
        const instructions = assembly.functions[place]!.instructions
        for (let i = start; i <= end; i++) edits[place]!.at(i, { remove: true })
        const { from } = assembly.functions[owner]!.instructions[0]!
        edits[owner]!.at(0, { before: instructions.slice(start, end + 1).map(it => ({ ...it, from })) })
    }
    return {
        ...assembly,
        functions: assembly.functions.map((fn, i) => ({
            ...fn,
            instructions: edits[i]!.apply(fn.instructions),
        })),
    }
}

function linksOf(assembly: Assembly): Link[] {
    return assembly.functions.flatMap(({ instructions }, place) =>
        instructions.flatMap((instruction, end) => {
            if (instruction.code !== op.call0 + 2) return []
            const start = startOfStatement(instructions, end)
            const [set, owner, prototype] = instructions.slice(start, end)
            if (set!.code !== op.objectField || set!.operand !== builtin.setPrototypeOf) return []
            return readsPrototypeOf(prototype!, owner!) ? { owner: owner!.operand!, place, start, end } : []
        }),
    )
}

/** Whether a function is a constructor, and nothing is put into its prototype or onto itself. */
function isOnlyLinked(owner: number, { functions }: Assembly): boolean {
    if (!(functions[owner]!.flags & IS_CONSTRUCTOR)) return false
    return !functions.some(({ instructions }) =>
        instructions.some((it, i) => setsMember(it, i, instructions, owner)),
    )
}

/** Whether a statement puts something into a class's prototype or onto its constructor. */
function setsMember(
    { code }: Instruction,
    end: number,
    instructions: readonly Instruction[],
    owner: number,
): boolean {
    if (code !== op.indexSet) return false
    const [target] = instructions.slice(startOfStatement(instructions, end), end)
    return target!.code === op.staticFunction && target!.operand === owner
}
