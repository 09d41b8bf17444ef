import type { AssemblyFunction, Pass } from "./assembly"
import { capturedSlots } from "./closures"
import { bit, join, liveness, type Statement, setBy, split, valuesOf, Ways, without } from "./statements"
import { op } from "./trees"

/**
 * Lets variables that are never needed at the same time share a slot in the function's frame. Arguments, and variables that
 * inner functions use, keep their slots.
 */
export const shareSlots: Pass = assembly => {
    const captured = capturedSlots(assembly)
    return {
        ...assembly,
        functions: assembly.functions.map((fn, i) => shared(fn, captured[i]!)),
    }
}

function shared(fn: AssemblyFunction, captured: ReadonlySet<number>): AssemblyFunction {
    const statements = split(fn.instructions)
    const kept = [...captured].reduce((bits, slot) => bits | bit(slot), bit(fn.args) - 1n)
    const places = placesFor(fn.slots, kept, neighborsOf(fn, statements, kept), copiesIn(statements))
    for (const instruction of statements.flatMap(({ code }) => code))
        if (instruction.code === op.loadLocal || instruction.code === op.storeLocal)
            instruction.operand = places[instruction.operand!]!
    const needless = new Set(statements.filter(it => setBy(it) !== undefined && copiedBy(it) === setBy(it)))
    const left = without(statements, needless)
    const used = left.flatMap(({ code }) =>
        code.flatMap(it => (it.code === op.loadLocal || it.code === op.storeLocal ? it.operand! + 1 : [])),
    )
    const slots = Math.max(fn.args, ...[...captured].map(slot => slot + 1), ...used)
    return { ...fn, slots, instructions: join(left) }
}

/** The variable that a statement copies into another one. */
function copiedBy(statement: Statement): number | undefined {
    const [value, ...others] = valuesOf(statement)
    const isCopy = setBy(statement) !== undefined && value?.code === op.loadLocal && others.length === 0
    return isCopy ? value.operand : undefined
}

/** For each variable, those that it is copied to or from. */
function copiesIn(statements: readonly Statement[]): ReadonlyMap<number, readonly number[]> {
    const copies = new Map<number, number[]>()
    const add = (slot: number, other: number) => copies.set(slot, [...(copies.get(slot) ?? []), other])
    for (const statement of statements) {
        const from = copiedBy(statement)
        if (from === undefined) continue
        add(from, setBy(statement)!)
        add(setBy(statement)!, from)
    }
    return copies
}

/** For each variable, those needed at the same time, as bits. A copy and its source may share a slot while they are equal. */
function neighborsOf(fn: AssemblyFunction, statements: readonly Statement[], kept: bigint): bigint[] {
    const ways = new Ways(statements)
    const { before, after } = liveness(statements, ways, kept)
    const neighbors = Array.from({ length: fn.slots }, () => kept)
    const meet = (slot: number, others: bigint) => {
        neighbors[slot]! |= others
        for (let other = 0; other < fn.slots; other++) if (others & bit(other)) neighbors[other]! |= bit(slot)
    }
    for (let slot = 0; slot < fn.slots; slot++) if (before[0]! & bit(slot)) meet(slot, before[0]!)
    statements.forEach((statement, i) => {
        const slot = setBy(statement)
        if (slot !== undefined) meet(slot, after[i]! & ~bit(copiedBy(statement)))
    })
    return neighbors
}

/** Gives each variable in turn the slot of one of its copies if that is free, else the first free slot. */
function placesFor(
    slots: number,
    kept: bigint,
    neighbors: readonly bigint[],
    copies: ReadonlyMap<number, readonly number[]>,
): number[] {
    const places: number[] = []
    for (let slot = 0; slot < slots; slot++) if (kept & bit(slot)) places[slot] = slot
    for (let slot = 0; slot < slots; slot++) {
        if (kept & bit(slot)) continue
        let taken = kept
        for (let other = 0; other < slots; other++)
            if (other !== slot && neighbors[slot]! & bit(other)) taken |= bit(places[other])
        const isFree = (place: number | undefined) => place !== undefined && !(taken & bit(place))
        let place =
            copies
                .get(slot)
                ?.map(other => places[other])
                .find(isFree) ?? 0
        while (taken & bit(place)) place++
        places[slot] = place
    }
    return places
}
