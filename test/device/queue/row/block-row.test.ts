import { describe, expect, test } from "@devicescript/test"
import { SlotError } from "../../../../src/device/slot-store"
import { BlockRow } from "../../../../src/queue/block-row"
import { BOOT_AT, COUNT_AT, LEVEL_AT } from "../../../../src/queue/codec/block"
import { MemorySlots } from "../../device/memory-slots"
import { Xorshift } from "../../line/meters/xorshift"

const BLOCK_BYTES = 16
const MARK_AT = 10
/** Two of them are for checkpoints, and one stays free. */
const SLOTS = 6

/** A block that the tests recognize by its mark. Its count is the mark, too. */
function block(mark: number): Buffer {
    const bytes = Buffer.alloc(BLOCK_BYTES)
    bytes[COUNT_AT] = mark
    bytes[LEVEL_AT] = mark & 3
    bytes[BOOT_AT] = 255 - mark
    bytes[MARK_AT] = mark
    return bytes
}

/** Slots that remember which one was written last, and can fail. */
class WatchedSlots extends MemorySlots {
    last = -1
    sick = false

    override async write(slot: number, data: Buffer) {
        if (this.sick) throw new SlotError(this.name, slot, "sick")
        this.last = slot
        this.contents[slot] = data.slice(0, data.length)
    }
}

function watched(): WatchedSlots {
    return new WatchedSlots(SLOTS, BLOCK_BYTES, false)
}

/** Marks of the blocks, oldest first, with `|` between slots and heap. */
async function orderOf(row: BlockRow): Promise<string> {
    const marks: string[] = []
    for (let i = 0; i < row.length; i++) {
        if (i === row.inSlots) marks.push("|")
        marks.push("" + (await row.read(i))[MARK_AT])
    }
    return marks.join(" ")
}

async function rowOf(store: MemorySlots, spilled: number, onHeap: number): Promise<BlockRow> {
    const row = new BlockRow(store, 8, BLOCK_BYTES)
    for (let mark = 1; mark <= spilled + onHeap; mark++) {
        row.append(block(mark))
        if (mark <= spilled) await row.spill()
    }
    return row
}

async function failure(action: () => Promise<void>): Promise<boolean> {
    try {
        await action()
    } catch (e) {
        return e instanceof SlotError
    }
    return false
}

describe("a block row", () => {
    test("has the oldest blocks first, those in slots before those on the heap", async () => {
        const row = await rowOf(watched(), 2, 3)
        expect(await orderOf(row)).toBe("1 2 | 3 4 5")
        expect(row.length).toBe(5)
        expect(row.inSlots).toBe(2)
        await row.spill()
        expect(await orderOf(row)).toBe("1 2 3 | 4 5")
    })

    test("returns count, level and boot of a block in slots or on the heap", async () => {
        const row = await rowOf(watched(), 1, 2)
        for (let i = 0; i < row.length; i++) {
            const expected = block(i + 1)
            for (const at of [COUNT_AT, LEVEL_AT, BOOT_AT]) expect(row.prefix(i, at)).toBe(expected[at])
        }
    })

    test("works without a store", async () => {
        const row = new BlockRow(undefined, 3, BLOCK_BYTES)
        for (let mark = 1; mark <= 3; mark++) row.append(block(mark))
        expect(row.hasFreeSlot()).toBe(false)
        row.remove(0)
        row.append(block(4))
        expect(await orderOf(row)).toBe("| 2 3 4")
    })

    test("closes the gap after a block is removed", async () => {
        const row = await rowOf(watched(), 3, 3)
        row.remove(1)
        expect(await orderOf(row)).toBe("1 3 | 4 5 6")
        row.remove(3)
        expect(await orderOf(row)).toBe("1 3 | 4 6")
        row.remove(0)
        row.remove(0)
        expect(await orderOf(row)).toBe("| 4 6")
    })

    test("keeps one slot free besides those of the checkpoints", async () => {
        const store = watched()
        const row = await rowOf(store, 2, 1)
        expect(row.hasFreeSlot()).toBe(true)
        await row.spill()
        expect(row.hasFreeSlot()).toBe(false)
        expect(store.contents[0]).toBe(undefined)
        expect(store.contents[1]).toBe(undefined)
        row.remove(0)
        expect(row.hasFreeSlot()).toBe(true)
    })

    test("keeps a block on the heap when its slot fails", async () => {
        const store = watched()
        const row = await rowOf(store, 1, 2)
        store.sick = true
        expect(await failure(async () => await row.spill())).toBe(true)
        expect(await orderOf(row)).toBe("1 | 2 3")
        store.sick = false
        await row.spill()
        expect(await orderOf(row)).toBe("1 2 | 3")
    })
})

describe("replacing two neighbors", () => {
    test("puts the merged block in their place in slots", async () => {
        const store = watched()
        const row = await rowOf(store, 3, 1)
        await row.replace(1, block(9))
        expect(await orderOf(row)).toBe("1 9 | 4")
        expect(row.prefix(1, COUNT_AT)).toBe(9)
        expect(row.hasFreeSlot()).toBe(true)
    })

    test("writes nothing when they are on the heap", async () => {
        const store = watched()
        const row = await rowOf(store, 1, 3)
        store.last = -1
        await row.replace(1, block(9))
        expect(await orderOf(row)).toBe("1 | 9 4")
        expect(store.last).toBe(-1)
    })

    test("keeps both when the slot fails", async () => {
        const store = watched()
        const row = await rowOf(store, 3, 0)
        store.sick = true
        expect(await failure(async () => await row.replace(1, block(9)))).toBe(true)
        expect(await orderOf(row)).toBe("1 2 3")
        expect(row.prefix(1, COUNT_AT)).toBe(2)
    })
})

describe("a block found in a slot", () => {
    test("stays in its slot", async () => {
        const store = watched()
        store.contents[4] = block(7)
        const row = new BlockRow(store, 8, BLOCK_BYTES)
        row.adopt(4, block(7))
        expect(await orderOf(row)).toBe("7")
        expect(row.inSlots).toBe(1)
        row.append(block(8))
        await row.spill()
        expect(store.last !== 4).toBe(true)
        expect(await orderOf(row)).toBe("7 8")
    })

    test("moves to the heap if no slot would stay free", async () => {
        const store = watched()
        const row = new BlockRow(store, 8, BLOCK_BYTES)
        for (let slot = 2; slot < SLOTS; slot++) {
            store.contents[slot] = block(slot)
            row.adopt(slot, block(slot))
        }
        expect(await orderOf(row)).toBe("2 3 4 | 5")
        row.remove(0)
        // slots 2 and 5 are free; the others hold blocks that count
        await row.spill()
        expect(store.last === 2 || store.last === 5).toBe(true)
        expect(await orderOf(row)).toBe("3 4 5")
    })
})

describe("block memory", () => {
    test("is zeroed before it is reused", () => {
        const row = new BlockRow(undefined, 3, BLOCK_BYTES)
        const used = block(200)
        row.free(used)
        const blank = row.blank()
        expect(blank === used).toBe(true)
        expect(blank.toString("hex")).toBe("00000000000000000000000000000000")
        expect(row.blank() === used).toBe(false)
    })

    test("is reused after a block is removed or moved to a slot", async () => {
        const row = new BlockRow(watched(), 3, BLOCK_BYTES)
        const spilled = block(1)
        const removed = block(2)
        row.append(spilled)
        row.append(removed)
        await row.spill()
        expect(row.blank() === spilled).toBe(true)
        row.remove(1)
        expect(row.blank() === removed).toBe(true)
    })

    test("is released when more is free than blocks need", () => {
        const row = new BlockRow(undefined, 3, BLOCK_BYTES)
        const freed: Buffer[] = []
        for (let mark = 1; mark <= 5; mark++) {
            freed.push(block(mark))
            row.free(freed[mark - 1])
        }
        let kept = 0
        for (let i = 0; i < 5; i++) {
            const blank = row.blank()
            if (freed.includes(blank)) kept++
        }
        expect(kept).toBe(3)
    })
})

describe("a block row late in an outage", () => {
    /** Appends blocks as a backlog does: in memory that belongs to the row. */
    function fill(row: BlockRow, blocks: number) {
        for (let mark = 1; mark <= blocks; mark++) {
            const memory = row.blank()
            memory.blitAt(0, block(mark), 0, BLOCK_BYTES)
            row.append(memory)
        }
    }

    test("allocates the memory of all blocks with the third one", () => {
        const row = new BlockRow(undefined, 8, BLOCK_BYTES)
        fill(row, 2)
        expect(row.isCrowded).toBe(false)
        fill(row, 1)
        expect(row.isCrowded).toBe(true)
    })

    test("reuses the memory of removed blocks", async () => {
        const row = new BlockRow(undefined, 8, BLOCK_BYTES)
        fill(row, 8)
        const known = [row.blank(), row.blank(), row.blank(), row.blank(), await row.read(0)]
        for (let i = 0; i < 4; i++) row.free(known[i])
        row.remove(0)
        for (let i = 0; i < 5; i++) expect(known.includes(row.blank())).toBe(true)
    })

    test("releases the memory when the last block is delivered", () => {
        const row = new BlockRow(undefined, 8, BLOCK_BYTES)
        fill(row, 8)
        for (let i = 0; i < 7; i++) {
            row.remove(0)
            expect(row.isCrowded).toBe(true)
        }
        row.remove(0)
        expect(row.isCrowded).toBe(false)
        const kept: Buffer[] = []
        for (let i = 0; i < 5; i++) kept.push(block(i))
        for (const it of kept) row.free(it)
        let again = 0
        for (let i = 0; i < 5; i++) if (kept.includes(row.blank())) again++
        expect(again).toBe(0)
    })

    test("releases the memory when the last block on the heap goes into a slot", async () => {
        const row = new BlockRow(watched(), 8, BLOCK_BYTES)
        fill(row, 3)
        for (let i = 0; i < 2; i++) {
            await row.spill()
            expect(row.isCrowded).toBe(true)
        }
        await row.spill()
        expect(row.isCrowded).toBe(false)
        expect(await orderOf(row)).toBe("1 2 3")
    })
})

/** The slots that hold blocks with these marks. */
function counting(store: WatchedSlots, marks: number[]): number[] {
    const slots: number[] = []
    for (let slot = 0; slot < SLOTS; slot++) {
        const content = store.contents[slot]
        if (content && marks.includes(content[MARK_AT])) slots.push(slot)
    }
    return slots
}

describe("a block row over many random steps", () => {
    test("keeps order and content and never overwrites a slot in use", async () => {
        const store = watched()
        const row = new BlockRow(store, 4, BLOCK_BYTES)
        const random = new Xorshift()
        /** Marks of the expected blocks, in slots and on the heap. */
        const stored: number[] = []
        const heaped: number[] = []
        let mark = 0
        for (let step = 0; step < 600; step++) {
            const before = counting(store, stored)
            expect(before.length).toBe(stored.length)
            store.last = -1
            const choice = random.below(4)
            const at = random.below(Math.max(row.length, 1))
            const inSlots = at < stored.length
            const part = inSlots ? stored : heaped
            const place = inSlots ? at : at - stored.length
            if (choice === 0 && heaped.length < 4) {
                mark = (mark % 250) + 1
                row.append(block(mark))
                heaped.push(mark)
            } else if (choice === 1 && heaped.length > 0 && row.hasFreeSlot()) {
                await row.spill()
                stored.push(heaped.shift())
            } else if (choice === 2 && row.length > 0) {
                row.remove(at)
                part.insert(place, -1)
            } else if (choice === 3 && place + 1 < part.length) {
                mark = (mark % 250) + 1
                await row.replace(at, block(mark))
                part.insert(place, -1)
                part[place] = mark
            }
            expect(before.includes(store.last)).toBe(false)
            expect(store.last === 0 || store.last === 1).toBe(false)
            const expected = [stored.join(" ")]
            if (heaped.length > 0) expected.push("| " + heaped.join(" "))
            expect((await orderOf(row)).trim()).toBe(expected.join(" ").trim())
        }
        expect(mark > 100).toBe(true)
    })
})
