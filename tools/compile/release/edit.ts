import type { Instruction } from "./instructions"

/** A change to one instruction. */
export interface Edit {
    /** Inserted before it; jumps to it then lead to the first of these. */
    readonly before?: readonly Instruction[]
    /** Removes it; jumps to it then lead to the next instruction. */
    readonly remove?: boolean
    /** Replaces its opcode; `operand` replaces its operand. */
    readonly code?: number
    readonly operand?: number
}

/** Applies edits, by instruction index, and returns copies. */
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

/** Collects edits, and merges those of the same instruction. */
export class Edits {
    private readonly edits = new Map<number, Edit>()

    /** Instructions that a later edit inserts come before those that an earlier one inserted. */
    at(index: number, edit: Edit): void {
        const earlier = this.edits.get(index)
        const before = [...(edit.before ?? []), ...(earlier?.before ?? [])]
        this.edits.set(index, { ...earlier, ...edit, before })
    }

    apply(instructions: readonly Instruction[]): Instruction[] {
        return this.edits.size > 0 ? edited(instructions, this.edits) : [...instructions]
    }
}
