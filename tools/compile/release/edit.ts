import type { Instruction } from "./instructions"

/** What to change at one instruction. */
export interface Edit {
    /** Put before it; jumps to it lead to the first of these. */
    readonly before?: readonly Instruction[]
    /** It is left out; jumps to it lead to what follows. */
    readonly remove?: boolean
    /** It becomes another one, at the same place. */
    readonly code?: number
    readonly operand?: number
}

/** Instructions with the edits, as copies; edits are by index. */
export function edited(
    instructions: readonly Instruction[],
    edits: ReadonlyMap<number, Edit>,
): Instruction[] {
    const result: Instruction[] = []
    const places = new Map<Instruction, number>()
    instructions.forEach((instruction, i) => {
        const { before = [], remove, ...change } = edits.get(i) ?? {}
        places.set(instruction, result.length)
        result.push(...before.map(it => ({ ...it })))
        if (!remove) result.push({ ...instruction, ...change })
    })
    for (const instruction of result)
        if (instruction.target) instruction.target = result[places.get(instruction.target)!]!
    return result
}

/** Collects edits; several at one instruction become one. */
export class Edits {
    private readonly edits = new Map<number, Edit>()

    /** What is put before an instruction now comes before what was put there earlier. */
    at(index: number, edit: Edit): void {
        const earlier = this.edits.get(index)
        const before = [...(edit.before ?? []), ...(earlier?.before ?? [])]
        this.edits.set(index, { ...earlier, ...edit, before })
    }

    apply(instructions: readonly Instruction[]): Instruction[] {
        return this.edits.size > 0 ? edited(instructions, this.edits) : [...instructions]
    }
}
