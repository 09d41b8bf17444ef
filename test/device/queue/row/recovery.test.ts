import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type LogRecord, records } from "../../../../src/device/log"
import { Before } from "../../../../src/device/restarts"
import { SlotError } from "../../../../src/device/slot-store"
import type { Meter } from "../../../../src/line/meters/profile"
import { noLosses } from "../../../../src/queue/backlog"
import { BlockRow } from "../../../../src/queue/block-row"
import { BOOT_AT, COUNT_AT } from "../../../../src/queue/codec/block"
import { Ending, encodeCheckpoint } from "../../../../src/queue/codec/checkpoint"
import { openQueue } from "../../../../src/queue/reading-queue"
import { type Recovered, recover } from "../../../../src/queue/recovery"
import { MemorySlots } from "../../device/memory-slots"
import { field, profileOf } from "../../profiles"
import { deliver } from "../batches"
import { encode } from "../codec"
import { counter, numbered, PERIOD_MS } from "../readings"

const BLOCK_BYTES = 224
/** A multiple of 128 ms, the resolution with which a block stores it. */
const NOON = 1795348800000

let warnings: string[] = []
records.subscribe(({ source, text }: LogRecord) => {
    warnings.push(source + ": " + text)
})

/** The origin of a block, as its header has it. */
interface Origin {
    boot?: number
    wallOffset?: number
    /** For a block that was thinned once: how many readings there were before. */
    span?: number
    meter?: Meter
}

/** A sealed block of numbered readings. */
async function block(first: number, count: number, origin: Origin = {}): Promise<Buffer> {
    const meter = origin.meter ?? counter
    const readings = []
    for (let i = first; i < first + count; i++) {
        const { at, values } = numbered(i)
        readings.push({ meter, at, values })
    }
    const header = {
        boot: origin.boot ?? 3,
        first,
        level: origin.span > 0 ? 1 : 0,
        span: origin.span ?? 0,
        wallOffset: origin.wallOffset,
        at: first * PERIOD_MS,
        period: PERIOD_MS,
    }
    return (await encode(readings, [meter], header)).block
}

function checkpoint(serial: number, boot: number, first: number): Buffer {
    return encodeCheckpoint(serial, boot, first, Ending.None, 5000, NOON)
}

/** Slots with these contents from the third on. */
function storeOf(contents: Buffer[], eager = false): MemorySlots {
    const store = new MemorySlots(12, BLOCK_BYTES, eager)
    for (let i = 0; i < contents.length; i++) store.contents[i + 2] = contents[i]
    return store
}

/** What recovery finds in slots. */
class Found {
    readonly row: BlockRow
    private it: Recovered

    constructor(readonly store: MemorySlots) {
        this.row = new BlockRow(store, 4, BLOCK_BYTES)
    }

    async look(): Promise<Recovered> {
        this.it = await recover(this.row, this.store)
        return this.it
    }

    /** `boot:count` of each block in the row. */
    blocks(): string {
        const parts: string[] = []
        const { row } = this
        for (let i = 0; i < row.length; i++)
            parts.push(row.prefix(i, BOOT_AT) + ":" + row.prefix(i, COUNT_AT))
        return parts.join(" ")
    }

    /** `boot@minutes wall` of each earlier boot. */
    boots(): string {
        return this.it.boots
            .map(({ boot, at, wallOffset }) => boot + "@" + at / PERIOD_MS + " " + wallOffset)
            .join(", ")
    }
}

describe("recovery", () => {
    test("finds nothing in slots that were never written", async () => {
        const found = new Found(storeOf([]))
        const { boots, lastBoot, lastCheckpoint, skipped, next, serial } = await found.look()
        expect(found.row.length).toBe(0)
        expect(boots.length).toBe(0)
        expect(lastBoot).toBe(-1)
        expect(lastCheckpoint).toBe(undefined)
        expect(skipped + next + serial).toBe(0)
    })

    test("finds nothing in factory-new memory and logs no warning", async () => {
        const cleared = Buffer.alloc(BLOCK_BYTES)
        const erased = Buffer.alloc(BLOCK_BYTES)
        erased.fillAt(0, BLOCK_BYTES, 0xff)
        warnings = []
        const store = storeOf([cleared, erased])
        store.contents[0] = erased
        const found = new Found(store)
        expect((await found.look()).lastBoot).toBe(-1)
        expect(found.row.length).toBe(0)
        expect(warnings.length).toBe(0)
    })

    test("finds a block and continues its numbering", async () => {
        const found = new Found(storeOf([undefined, await block(40, 12)]))
        const { lastBoot, next, skipped } = await found.look()
        expect(found.blocks()).toBe("3:12")
        expect(found.row.inSlots).toBe(1)
        expect(found.boots()).toBe("3@40 undefined")
        expect(lastBoot).toBe(3)
        expect(next).toBe(52)
        expect(skipped).toBe(0)
    })

    test("sorts blocks by number, whatever their slots", async () => {
        const found = new Found(storeOf([await block(30, 7), await block(10, 15), await block(25, 5)]))
        expect((await found.look()).next).toBe(37)
        expect(found.blocks()).toBe("3:15 3:5 3:7")
    })

    test("keeps a block on the heap when no slot would stay free", async () => {
        const store = new MemorySlots(5, BLOCK_BYTES, false)
        for (let slot = 2; slot < 5; slot++) store.contents[slot] = await block(10 * slot, 10)
        const found = new Found(store)
        await found.look()
        expect(found.row.length).toBe(3)
        expect(found.row.inSlots).toBe(2)
    })

    test("passes on the error of an unreadable store", async () => {
        const store = storeOf([await block(1, 4)])
        store.read = async slot => {
            throw new SlotError(store.name, slot, "sick")
        }
        let isSlotError = false
        try {
            await new Found(store).look()
        } catch (e) {
            isSlotError = e instanceof SlotError
        }
        expect(isSlotError).toBe(true)
    })
})

describe("a damaged block", () => {
    test("is logged and does not affect other blocks", async () => {
        const spoilt = await block(20, 5)
        spoilt[100] = spoilt[100] ^ 1
        warnings = []
        const found = new Found(storeOf([await block(10, 10), spoilt, await block(25, 6)]))
        expect((await found.look()).next).toBe(31)
        expect(found.blocks()).toBe("3:10 3:6")
        expect(warnings.length).toBe(1)
        expect(warnings[0].startsWith("store: slot 3 ")).toBe(true)
    })

    test("is ignored when its checksum is wrong", async () => {
        const spoilt = await block(20, 5)
        spoilt[2] = spoilt[2] ^ 0x80
        const found = new Found(storeOf([spoilt]))
        await found.look()
        expect(found.row.length).toBe(0)
    })

    test("is ignored wherever its write was cut off", async () => {
        // both are full, so they differ up to the last byte
        const before = await block(10, 200, { boot: 2 })
        const after = await block(210, 200)
        const intact = await block(410, 3)
        for (let cut = 1; cut < BLOCK_BYTES; cut++) {
            const torn = before.slice(0, BLOCK_BYTES)
            torn.blitAt(0, after, 0, cut)
            const found = new Found(storeOf([torn, intact]))
            await found.look()
            expect(found.blocks()).toBe("3:3")
            await ds.sleep(1)
        }
    })
})

describe("overlapping blocks", () => {
    test("give way to the latest state of a block", async () => {
        const found = new Found(storeOf([await block(10, 3), await block(10, 8), await block(10, 5)]))
        expect((await found.look()).next).toBe(18)
        expect(found.blocks()).toBe("3:8")
    })

    test("give way to the block merged from them", async () => {
        const made = await block(10, 10, { span: 20 })
        const found = new Found(storeOf([await block(10, 10), await block(20, 10), made, await block(30, 4)]))
        expect((await found.look()).next).toBe(34)
        expect(found.blocks()).toBe("3:10 3:4")
        expect(found.row.prefix(0, COUNT_AT + 1)).toBe(1)
    })
})

describe("a checkpoint", () => {
    test("covers acknowledged blocks and the acknowledged part of the next", async () => {
        const store = storeOf([await block(10, 10), await block(20, 10), await block(30, 10)])
        store.contents[0] = checkpoint(6, 3, 24)
        const found = new Found(store)
        const { skipped, next, serial, lastBoot } = await found.look()
        expect(found.blocks()).toBe("3:10 3:10")
        expect(skipped).toBe(4)
        expect(next).toBe(40)
        expect(serial).toBe(6)
        expect(lastBoot).toBe(3)
    })

    test("provides the next number when it covers every block", async () => {
        const store = storeOf([await block(10, 10)])
        store.contents[1] = checkpoint(7, 5, 20)
        const found = new Found(store)
        const { next, lastBoot, lastCheckpoint } = await found.look()
        expect(found.row.length).toBe(0)
        expect(next).toBe(20)
        expect(lastBoot).toBe(5)
        expect(lastCheckpoint.serial).toBe(7)
    })

    test("with the higher number counts", async () => {
        for (const newer of [0, 1]) {
            const store = storeOf([await block(10, 10)])
            store.contents[newer] = checkpoint(8 + newer, 3, 15)
            store.contents[1 - newer] = checkpoint(7 + newer, 3, 12)
            const found = new Found(store)
            expect((await found.look()).skipped).toBe(5)
        }
    })

    test("is ignored when torn, and the previous one counts", async () => {
        const store = storeOf([await block(10, 10)])
        store.contents[1] = checkpoint(7, 3, 12)
        const torn = checkpoint(8, 3, 15)
        torn[30] = 1
        store.contents[0] = torn
        const found = new Found(store)
        const { skipped, serial } = await found.look()
        expect(skipped).toBe(2)
        expect(serial).toBe(7)
    })
})

describe("several boots", () => {
    test("keep the last wall-clock time that each knew", async () => {
        const found = new Found(
            storeOf([
                await block(50, 10, { boot: 5 }),
                await block(10, 10, { boot: 4 }),
                await block(20, 10, { boot: 4, wallOffset: NOON }),
                await block(30, 20, { boot: 4, wallOffset: NOON + 1280 }),
            ]),
        )
        const { lastBoot, next } = await found.look()
        expect(found.blocks()).toBe("4:10 4:10 4:20 5:10")
        expect(found.boots()).toBe("4@30 " + (NOON + 1280) + ", 5@50 undefined")
        expect(lastBoot).toBe(5)
        expect(next).toBe(60)
    })

    test("keep a wall-clock time that their last block lacks", async () => {
        const found = new Found(
            storeOf([
                await block(10, 10, { wallOffset: NOON }),
                await block(20, 10, { wallOffset: undefined }),
            ]),
        )
        await found.look()
        expect(found.boots()).toBe("3@20 " + NOON)
    })

    test("use the checkpoint's time only for its own boot", async () => {
        const store = storeOf([await block(10, 10, { boot: 3 }), await block(20, 10, { boot: 4 })])
        store.contents[0] = checkpoint(2, 4, 10)
        const found = new Found(store)
        const { lastBoot, lastCheckpoint } = await found.look()
        expect(found.boots()).toBe("3@10 undefined, 4@20 " + NOON)
        expect(lastBoot).toBe(4)
        expect(lastCheckpoint.boot).toBe(4)
    })

    test("make a checkpoint obsolete when a later boot has written blocks", async () => {
        const store = storeOf([await block(10, 10, { boot: 255 }), await block(20, 10, { boot: 0 })])
        store.contents[0] = checkpoint(2, 255, 10)
        const { lastBoot, lastCheckpoint } = await new Found(store).look()
        // boots are counted modulo 256
        expect(lastBoot).toBe(0)
        expect(lastCheckpoint).toBe(undefined)
    })

    test("are older than the checkpoint's boot even if that wrote no block", async () => {
        const store = storeOf([await block(10, 10, { boot: 254 }), await block(20, 10, { boot: 255 })])
        store.contents[0] = checkpoint(2, 1, 10)
        const { lastBoot, lastCheckpoint } = await new Found(store).look()
        expect(lastBoot).toBe(1)
        expect(lastCheckpoint.serial).toBe(2)
    })
})

describe("recovery from an eager store", () => {
    test("finds the unfinished block after the others", async () => {
        const store = storeOf([await block(10, 10)], true)
        await store.stage(await block(20, 2))
        await store.stage(await block(20, 3))
        const found = new Found(store)
        expect((await found.look()).next).toBe(23)
        expect(found.blocks()).toBe("3:10 3:3")
        expect(found.row.inSlots).toBe(2)
    })

    test("uses the previous state when the last one is torn", async () => {
        const store = storeOf([await block(10, 10)], true)
        await store.stage(await block(20, 2))
        const torn = await block(20, 3)
        torn[9] = torn[9] ^ 2
        await store.stage(torn)
        const found = new Found(store)
        await found.look()
        expect(found.blocks()).toBe("3:10 3:2")
    })
})

describe("readings of other meters", () => {
    test("are counted as orphaned, and later readings are delivered", async () => {
        const gone: Meter = {
            name: "gone",
            profile: profileOf("another model", [field("a", "", 0), field("b", "", 0)]),
            address: 9,
        }
        const store = storeOf([
            await block(10, 7, { meter: gone, wallOffset: NOON }),
            await block(17, 4, { wallOffset: NOON }),
        ])
        const losses = noLosses()
        const queue = await openQueue(
            { meters: [counter], pollMs: PERIOD_MS, heapBlocks: 4, blockBytes: BLOCK_BYTES, store, losses },
            1000,
            Before.Unknown,
        )
        expect(queue.length).toBe(11)
        expect(await deliver(queue, 11)).toBe("17 18 19 20")
        expect(losses.orphaned).toBe(7)
        expect(losses.damaged).toBe(0)
    })
})
