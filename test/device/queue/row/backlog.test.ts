import { describe, expect, test } from "@devicescript/test"
import { SlotError } from "../../../../src/device/slot-store"
import { Backlog, fateOf, type Losses, noLosses } from "../../../../src/queue/backlog"
import { BlockRow } from "../../../../src/queue/block-row"
import { BlockError, COUNT_AT, headerOf, LEVEL_AT } from "../../../../src/queue/codec/block"
import { UnknownModelError } from "../../../../src/queue/codec/identity"
import { pace } from "../../../../src/queue/pace"
import { MemorySlots } from "../../device/memory-slots"
import { encode } from "../codec"
import { counter, numbered, PERIOD_MS } from "../readings"

const BLOCK_BYTES = 96
const BOOT = 3
/** Running number of the first reading that the backlog gets. */
const FIRST = 1000
const NOON = 1795348800000

/** Slots that can fail. */
class SickSlots extends MemorySlots {
    sick = false

    override async write(slot: number, data: Buffer) {
        this.writes++
        if (this.sick) throw new SlotError(this.name, slot, "sick")
        this.contents[slot] = data.slice(0, data.length)
    }
}

/** A backlog, its blocks and its losses. */
class World {
    readonly losses: Losses = noLosses()
    readonly row: BlockRow
    readonly backlog: Backlog
    /** Number of the last reading. */
    last = 0
    mayWrite = false

    constructor(
        readonly store: SickSlots | undefined,
        heapBlocks: number,
        found: Buffer[] = [],
    ) {
        this.row = new BlockRow(store, heapBlocks, BLOCK_BYTES)
        for (const block of found) this.row.append(block)
        this.backlog = new Backlog([counter], this.row, BOOT, FIRST, PERIOD_MS, this.losses)
    }

    async take(count: number, wallOffset?: number) {
        for (let i = 0; i < count; i++) {
            await this.backlog.append(numbered(++this.last), wallOffset, this.mayWrite)
            await pace(2)
        }
    }

    /** Takes readings until the block that is being filled is closed. */
    async close() {
        if (!this.backlog.filling) await this.take(1)
        const { filling } = this.backlog
        while (this.backlog.filling === filling) await this.take(1)
    }

    /** Takes readings until there are this many blocks, not counting the one that is being filled. */
    async reach(blocks: number) {
        for (let closed = 0; this.row.length < blocks && closed < blocks; closed++) await this.close()
        expect(this.row.length).toBe(blocks)
    }

    /** How often each block was thinned, oldest first. */
    levels(): number[] {
        const { row } = this
        const levels: number[] = []
        for (let i = 0; i < row.length; i++) levels.push(row.prefix(i, LEVEL_AT))
        return levels
    }

    /** Closes a block, and expects that the two blocks from `at` on were merged into one to make room. */
    async closeFor(at: number) {
        const levels = this.levels()
        const coarser = Math.max(levels[at], levels[at + 1])
        await this.close()
        const made = this.levels()[at]
        expect(made > coarser).toBe(true)
        levels.insert(at, -1)
        levels[at] = made
        levels.push(0)
        expect(this.levels().join()).toBe(levels.join())
    }
}

/** The oldest of the least thinned pairs of neighbors between `from` and `to`. @returns the index of its first block */
function finest(levels: number[], from: number, to: number): number {
    let best = from
    for (let i = from; i + 1 < to; i++) {
        const least = Math.max(levels[best], levels[best + 1])
        if (Math.max(levels[i], levels[i + 1]) < least) best = i
    }
    return best
}

function slots(count: number): SickSlots {
    return new SickSlots(count, BLOCK_BYTES, false)
}

/** A sealed block of another boot, as recovery finds it. */
async function foundBlock(boot: number, count: number): Promise<Buffer> {
    const readings = []
    for (let i = 1; i <= count; i++) readings.push(numbered(i))
    const header = {
        boot,
        first: 100 * boot,
        level: 0,
        span: 0,
        wallOffset: undefined as number,
        at: PERIOD_MS,
        period: PERIOD_MS,
    }
    return (await encode(readings, [counter], header)).block
}

describe("a backlog", () => {
    test("counts waiting and removed readings", async () => {
        const { backlog, row } = new World(undefined, 4)
        expect(backlog.length).toBe(0)
        for (let i = 1; i <= 5; i++) await backlog.append(numbered(i), undefined, false)
        expect(backlog.length).toBe(5)
        expect(backlog.head).toBe(0)
        expect(backlog.nextNumber).toBe(FIRST + 5)
        expect(backlog.firstCount()).toBe(5)
        expect(backlog.now).toBe(5 * PERIOD_MS)
        backlog.remove(2)
        expect(backlog.length).toBe(3)
        expect(backlog.head).toBe(2)
        expect(backlog.skipped).toBe(2)
        expect(backlog.firstCount()).toBe(5)
        backlog.remove(3)
        expect(backlog.length).toBe(0)
        expect(backlog.head).toBe(5)
        expect(backlog.skipped).toBe(0)
        expect(backlog.filling).toBe(undefined)
        expect(row.length).toBe(0)
    })

    test("counts recovered readings too", async () => {
        const world = new World(undefined, 4, [await foundBlock(1, 12), await foundBlock(2, 5)])
        expect(world.backlog.length).toBe(17)
        expect(world.backlog.firstCount()).toBe(12)
        await world.take(3)
        expect(world.backlog.length).toBe(20)
    })

    test("closes a full block and notes in each block when it starts", async () => {
        const world = new World(undefined, 4)
        const { backlog, row } = world
        await world.take(1, NOON)
        await world.close()
        const size = row.prefix(0, COUNT_AT)
        expect(size > 10).toBe(true)
        expect(backlog.length).toBe(size + 1)
        const older = headerOf(await row.read(0))
        expect(older.first).toBe(FIRST)
        expect(older.boot).toBe(BOOT)
        expect(older.at).toBe(PERIOD_MS)
        expect(older.wallOffset).toBe(NOON)
        const younger = backlog.filling.header
        expect(younger.first).toBe(FIRST + size)
        expect(younger.at).toBe((size + 1) * PERIOD_MS)
        expect(younger.wallOffset).toBe(undefined)
    })

    test("removes readings across block boundaries", async () => {
        const world = new World(undefined, 4)
        await world.take(100)
        const { backlog, row } = world
        const { length } = row
        const size = row.prefix(0, COUNT_AT)
        expect(length > 1).toBe(true)
        backlog.remove(size + 3)
        expect(row.length).toBe(length - 1)
        expect(backlog.skipped).toBe(3)
        expect(backlog.head).toBe(size + 3)
        expect(backlog.length).toBe(100 - size - 3)
        backlog.remove(1000)
        expect(backlog.length).toBe(0)
        expect(backlog.head).toBe(100)
        backlog.remove(1)
        expect(backlog.head).toBe(100)
    })

    test("counts the rest of a dropped first block as lost", async () => {
        const world = new World(undefined, 4)
        await world.take(100)
        const { backlog, row, losses } = world
        const size = row.prefix(0, COUNT_AT)
        backlog.remove(3)
        backlog.drop("damaged")
        expect(losses.damaged).toBe(size - 3)
        expect(backlog.length).toBe(100 - size)
        expect(backlog.skipped).toBe(0)
    })

    test("distinguishes orphaned readings from damaged ones", () => {
        expect(fateOf(new BlockError("checksum"))).toBe("damaged")
        expect(fateOf(new SlotError("memory", 3, "sick"))).toBe("damaged")
        expect(fateOf(new UnknownModelError("no such model"))).toBe("orphaned")
    })
})

describe("room on the heap", () => {
    test("comes from merging the oldest two of the finest blocks, never the first", async () => {
        const world = new World(undefined, 4)
        await world.reach(4)
        expect(world.levels().join()).toBe("0,0,0,0")
        await world.closeFor(1)
        for (let i = 0; i < 8; i++) await world.closeFor(finest(world.levels(), 1, 4))
        const { backlog, losses, last } = world
        expect(backlog.length + losses.thinned).toBe(last)
        expect(losses.crowdedOut).toBe(0)
        expect(backlog.nextNumber).toBe(FIRST + last)
    })

    test("comes from dropping the first block when all blocks are of different boots", async () => {
        const world = new World(undefined, 3, [
            await foundBlock(1, 12),
            await foundBlock(2, 5),
            await foundBlock(BOOT, 6),
        ])
        const { backlog, losses, row } = world
        backlog.remove(4)
        await world.take(1)
        await world.close()
        expect(losses.crowdedOut).toBe(8)
        expect(losses.thinned).toBe(0)
        expect(backlog.head).toBe(12)
        expect(backlog.skipped).toBe(0)
        expect(row.prefix(0, COUNT_AT)).toBe(5)
        expect(backlog.length).toBe(5 + 6 + world.last)
    })
})

describe("room in slots", () => {
    test("is used only when writing is allowed", async () => {
        const store = slots(12)
        const world = new World(store, 4)
        await world.take(100)
        expect(store.writes).toBe(0)
        const { length } = world.row
        world.mayWrite = true
        await world.close()
        // the blocks that waited on the heap are written, too
        expect(world.row.inSlots).toBe(length + 1)
        expect(store.writes).toBe(length + 1)
    })

    test("is made only when slots hold finer blocks than the heap", async () => {
        const store = slots(6)
        const world = new World(store, 4)
        world.mayWrite = true
        await world.reach(7)
        expect(store.writes).toBe(3)
        let turns = 0
        for (let i = 0; i < 12; i++) {
            const { writes } = store
            const levels = world.levels()
            const onHeap = finest(levels, 3, 7)
            const heapLevel = Math.max(levels[onHeap], levels[onHeap + 1])
            const inSlots = Math.max(levels[1], levels[2]) < heapLevel
            await world.closeFor(inSlots ? 1 : onHeap)
            // the merged block, and the first block of the heap
            expect(store.writes - writes).toBe(inSlots ? 2 : 0)
            expect(world.row.inSlots).toBe(3)
            if (inSlots) turns++
        }
        expect(turns > 0 && turns < 12).toBe(true)
        expect(world.backlog.length + world.losses.thinned).toBe(world.last)
    })

    test("is left alone while the server answers", async () => {
        const store = slots(6)
        const world = new World(store, 4)
        world.mayWrite = true
        await world.reach(7)
        world.mayWrite = false
        for (let i = 0; i < 6; i++) await world.close()
        expect(store.writes).toBe(3)
        expect(world.row.inSlots).toBe(3)
        expect(world.levels().slice(0, 3).join()).toBe("0,0,0")
        expect(world.losses.thinned > 0).toBe(true)
    })

    test("is made by dropping two neighbors when one is damaged", async () => {
        const store = slots(6)
        const world = new World(store, 4)
        world.mayWrite = true
        await world.reach(7)
        const { row, losses, backlog } = world
        const count = row.prefix(1, COUNT_AT) + row.prefix(2, COUNT_AT)
        for (let slot = 2; slot < 6; slot++) {
            const content = store.contents[slot]
            if (content && headerOf(content).first === headerOf(await row.read(1)).first)
                content[50] = content[50] ^ 4
        }
        for (let closed = 0; closed < 9 && losses.damaged === 0; closed++) await world.close()
        expect(losses.damaged).toBe(count)
        expect(backlog.length + losses.thinned + losses.damaged).toBe(world.last)
    })
})

describe("a slot that fails", () => {
    test("stops the use of slots for an hour", async () => {
        const { backlog } = new World(slots(6), 4)
        let attempts = 0
        const fail = async () => {
            attempts++
            throw new SlotError("memory", 2, "sick")
        }
        backlog.now = 5000
        expect(await backlog.attempt(fail, undefined)).toBe(false)
        backlog.now = 5000 + 3599999
        expect(await backlog.attempt(fail, undefined)).toBe(false)
        expect(attempts).toBe(1)
        backlog.now = 5000 + 3600000
        expect(await backlog.attempt(async () => {}, undefined)).toBe(true)
    })

    test("is not assumed after another error", async () => {
        const { backlog } = new World(slots(6), 4)
        let message = ""
        try {
            await backlog.attempt(async () => {
                throw new RangeError("a mistake")
            }, undefined)
        } catch (e) {
            message = (e as Error).message
        }
        expect(message).toBe("a mistake")
        expect(await backlog.attempt(async () => {}, undefined)).toBe(true)
    })

    test("leaves readings on the heap, downsampled when that is full", async () => {
        const store = slots(6)
        const world = new World(store, 3)
        world.mayWrite = true
        store.sick = true
        await world.take(59)
        expect(store.writes).toBe(1)
        expect(world.row.inSlots).toBe(0)
        for (let closed = 0; closed < 3; closed++) await world.close()
        expect(world.losses.thinned > 0).toBe(true)
        expect(world.row.inSlots).toBe(0)
        expect(world.losses.crowdedOut).toBe(0)
        expect(world.backlog.length + world.losses.thinned).toBe(world.last)
    })
})

describe("a backlog before a restart", () => {
    test("moves all readings into slots", async () => {
        const world = new World(slots(12), 4)
        await world.take(50)
        const { backlog, row } = world
        expect(row.inSlots).toBe(0)
        expect(await backlog.flush()).toBe(true)
        expect(backlog.filling).toBe(undefined)
        expect(row.inSlots).toBe(row.length)
        expect(backlog.length).toBe(50)
        expect(world.losses.thinned).toBe(0)
    })

    test("is downsampled until it fits into the slots", async () => {
        const world = new World(slots(6), 6)
        await world.reach(6)
        const { backlog, row, losses } = world
        expect(await backlog.flush()).toBe(true)
        expect(row.length).toBe(3)
        expect(losses.crowdedOut).toBe(0)
        expect(losses.thinned > 0).toBe(true)
        expect(backlog.length + losses.thinned).toBe(world.last)
    })

    test("stays on the heap and reports failure when slots fail", async () => {
        const store = slots(12)
        const world = new World(store, 4)
        await world.take(50)
        store.sick = true
        expect(await world.backlog.flush()).toBe(false)
        expect(world.row.inSlots).toBe(0)
        expect(world.backlog.length).toBe(50)
    })

    test("writes nothing when it is empty", async () => {
        const store = slots(12)
        expect(await new World(store, 4).backlog.flush()).toBe(true)
        expect(store.writes).toBe(0)
    })
})

describe("a backlog in an eager store", () => {
    test("writes each reading at once, to the two extra slots in turn", async () => {
        const store = new SickSlots(6, BLOCK_BYTES, true)
        const world = new World(store, 4)
        world.mayWrite = true
        await world.take(3)
        expect(store.writes).toBe(3)
        const counts = [store.contents[6][COUNT_AT], store.contents[7][COUNT_AT]]
        expect(Math.max(counts[0], counts[1])).toBe(3)
        expect(Math.min(counts[0], counts[1])).toBe(2)
        expect(headerOf(store.contents[6]).first).toBe(FIRST)
    })
})
