import type { AssemblyFunction, Pass } from "./assembly"
import { capturedSlots } from "./closures"
import { bit, join, liveness, type Statement, setBy, split, Ways } from "./statements"
import { op } from "./trees"

/**
 * Gives variables that are never needed at the same time one place in the function's frame. Arguments and what inner functions
 * use keep their places.
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
    const places = placesFor(fn.slots, kept, neighboursOf(fn, statements, kept))
    for (const instruction of statements.flatMap(({ code }) => code))
        if (instruction.code === op.loadLocal || instruction.code === op.storeLocal)
            instruction.operand = places[instruction.operand!]!
    const used = statements.flatMap(({ code }) =>
        code.flatMap(it => (it.code === op.loadLocal || it.code === op.storeLocal ? it.operand! + 1 : [])),
    )
    const slots = Math.max(fn.args, ...[...captured].map(slot => slot + 1), ...used)
    return { ...fn, slots, instructions: join(statements) }
}

/** For each variable, those that are needed while it is, as bits. */
function neighboursOf(fn: AssemblyFunction, statements: readonly Statement[], kept: bigint): bigint[] {
    const ways = new Ways(statements)
    const { before, after } = liveness(statements, ways, kept)
    const neighbours = Array.from({ length: fn.slots }, () => kept)
    const meet = (slot: number, others: bigint) => {
        neighbours[slot]! |= others
        for (let other = 0; other < fn.slots; other++)
            if (others & bit(other)) neighbours[other]! |= bit(slot)
    }
    for (let slot = 0; slot < fn.slots; slot++) if (before[0]! & bit(slot)) meet(slot, before[0]!)
    statements.forEach((statement, i) => {
        const slot = setBy(statement)
        if (slot !== undefined) meet(slot, after[i]!)
    })
    return neighbours
}

/** The first free place for each variable in turn. */
function placesFor(slots: number, kept: bigint, neighbours: readonly bigint[]): number[] {
    const places: number[] = []
    for (let slot = 0; slot < slots; slot++) if (kept & bit(slot)) places[slot] = slot
    for (let slot = 0; slot < slots; slot++) {
        if (kept & bit(slot)) continue
        let taken = kept
        for (let other = 0; other < slots; other++)
            if (other !== slot && neighbours[slot]! & bit(other)) taken |= bit(places[other])
        let place = 0
        while (taken & bit(place)) place++
        places[slot] = place
    }
    return places
}
