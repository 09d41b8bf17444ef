import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { LogBlocks } from "../../../src/actors/logbook/log-blocks"
import { RamSlots, readLog } from "./log-reader"

const WARN = 3
const ALL = 16000

async function opened(slots: RamSlots, limit: number = ALL): Promise<LogBlocks> {
    const blocks = new LogBlocks(slots)
    await blocks.open(limit)
    return blocks
}

/** 47 characters that begin with a number. A block of 224 bytes has room for four such lines. */
function line(i: number): string {
    let text = "" + i
    while (text.length < 47) text = text + "."
    return text
}

/** Appends the lines `from` to `to`. Saves every block that is full, and the last one. */
async function fill(blocks: LogBlocks, from: number, to: number) {
    for (let i = from; i < to; i++) {
        await ds.sleep(1)
        if (blocks.append(WARN, i, true, line(i))) continue
        await blocks.save()
        blocks.next()
        expect(blocks.append(WARN, i, true, line(i))).toBe(true)
    }
    await blocks.save()
}

function firstOf(lines: string[]): string {
    return lines.length + " from " + lines[0].split(" ")[1]
}

describe("log blocks", () => {
    test("store level, time and text, and write to a slot only when saved", async () => {
        const slots = new RamSlots(4)
        const blocks = await opened(slots)
        blocks.append(4, 1795330584, true, "uplink: wrong key")
        blocks.append(2, 3, false, "program: started")
        expect(slots.writes).toBe(0)
        await blocks.save()
        expect(readLog(slots, 0).join("; ")).toBe("4 1795330584 uplink: wrong key; 2 +3 program: started")
        expect(blocks.size()).toBe(slots.content[0].length)
    })

    test("grow in their slot when saved again", async () => {
        const slots = new RamSlots(4)
        const blocks = await opened(slots)
        await fill(blocks, 0, 1)
        await fill(blocks, 1, 3)
        expect(slots.content.length).toBe(1)
        expect(firstOf(readLog(slots, 0))).toBe("3 from 0")
    })

    test("truncate a long text", async () => {
        const slots = new RamSlots(4)
        const blocks = await opened(slots)
        let long = ""
        while (long.length < 300) long = long + "0123456789"
        expect(blocks.append(WARN, 1, true, long)).toBe(true)
        await blocks.save()
        expect(readLog(slots, 0)[0]).toBe("3 1 " + long.slice(0, 120))
    })

    test("start a new log when the slots are full and keep only the previous one", async () => {
        const slots = new RamSlots(4)
        const blocks = await opened(slots)
        await fill(blocks, 0, 8)
        expect(firstOf(readLog(slots, 0))).toBe("8 from 0")
        await fill(blocks, 8, 17)
        expect(firstOf(readLog(slots, 0))).toBe("1 from 16")
        expect(firstOf(readLog(slots, 1))).toBe("8 from 8")
        await fill(blocks, 17, 400)
        expect(readLog(slots, 0).length + readLog(slots, 1).length <= 16).toBe(true)
        expect(slots.content.length).toBe(4)
    })

    test("start a new log at the size limit", async () => {
        const slots = new RamSlots(8)
        const blocks = await opened(slots, 400)
        await fill(blocks, 0, 9)
        expect(firstOf(readLog(slots, 0))).toBe("1 from 8")
        expect(firstOf(readLog(slots, 1))).toBe("8 from 0")
    })

    test("turn the current log into the previous one on a switch", async () => {
        const slots = new RamSlots(8)
        const blocks = await opened(slots)
        await fill(blocks, 0, 3)
        blocks.rotate()
        expect(blocks.size()).toBe(6)
        await fill(blocks, 3, 5)
        expect(firstOf(readLog(slots, 0))).toBe("2 from 3")
        expect(firstOf(readLog(slots, 1))).toBe("3 from 0")
        blocks.rotate()
        await fill(blocks, 5, 6)
        expect(firstOf(readLog(slots, 0))).toBe("1 from 5")
        expect(firstOf(readLog(slots, 1))).toBe("2 from 3")
    })

    test("continue in the unfinished block after a restart", async () => {
        const slots = new RamSlots(4)
        for (let i = 0; i < 60; i = i + 3) {
            const blocks = await opened(slots)
            await fill(blocks, i, i + 3)
        }
        const both = readLog(slots, 1)
        both.pushRange(readLog(slots, 0))
        const seconds = both.map(text => parseInt(text.split(" ")[1]))
        expect(seconds[seconds.length - 1]).toBe(59)
        for (let i = 1; i < seconds.length; i++) expect(seconds[i]).toBe(seconds[i - 1] + 1)
    })

    test("ignore slots that hold no log block", async () => {
        const slots = new RamSlots(4)
        slots.content.push(Buffer.from("something else"), Buffer.alloc(224))
        const blocks = await opened(slots)
        expect(blocks.size()).toBe(6)
        await fill(blocks, 0, 1)
        expect(firstOf(readLog(slots, 0))).toBe("1 from 0")
    })
})
