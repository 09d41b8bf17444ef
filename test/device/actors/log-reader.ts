import { SlotError, type SlotStore } from "../../../src/device/slot-store"

/** Slots in RAM that count writes. */
export class RamSlots implements SlotStore {
    readonly name = "RAM"
    readonly eager = false
    readonly size = 224
    readonly content: Buffer[] = []
    /** Includes failed writes. */
    writes = 0
    fails = false

    constructor(readonly slots: number) {}

    async read(slot: number): Promise<Buffer> {
        if (this.fails) throw new SlotError(this.name, slot, "is gone")
        return this.content[slot]
    }

    async write(slot: number, data: Buffer) {
        this.writes++
        if (this.fails) throw new SlotError(this.name, slot, "is gone")
        this.content[slot] = data
    }
}

/**
 * Lines of a log, as `level seconds text`, or as `level +seconds text` if the time is an uptime.
 * @param back 0 for the current log, 1 for the previous one
 */
export function readLog(slots: RamSlots, back: number): string[] {
    const perLog = slots.slots / 2
    let newest = 0
    for (const block of slots.content) if (block) newest = Math.max(newest, numberOf(block))
    const first = newest - (newest % perLog) - back * perLog
    const lines: string[] = []
    for (let number = first; number < first + perLog; number++) {
        for (const block of slots.content)
            if (block && numberOf(block) === number) for (const line of linesOf(block)) lines.push(line)
    }
    return lines
}

function numberOf(block: Buffer): number {
    return block[2] + block[3] * 256 + block[4] * 65536
}

function linesOf(block: Buffer): string[] {
    const lines: string[] = []
    let at = 6
    while (at < block[1]) {
        const seconds = block.getAt(at + 1, "u32")
        const length = block[at + 5]
        const text = block.slice(at + 6, at + 6 + length).toString()
        lines.push((block[at] & 15) + (block[at] >= 128 ? " " : " +") + seconds + " " + text)
        at = at + 6 + length
    }
    return lines
}
