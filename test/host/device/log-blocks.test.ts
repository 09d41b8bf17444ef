import { describe, expect, test } from "vitest"
import { durationText, entryLine } from "../../../tools/device/format"
import { type LogEntry, readLog } from "../../../tools/device/log-blocks"

/** A block as the program wrote it on a simulated device. */
const WRITTEN = Buffer.from(
    "1453000000000400000000" +
        "4775706c696e6b3a2073657474696e6720454d4f4e5f55524c3a206973206d697373696e67" +
        "3b2070757420697420696e746f202e656e762e6c6f63616c20616e64206465706c6f79",
    "hex",
)

/** A block with one record, whose text is the block's number. */
function block(number: number, text = `block ${number}`, level = 3): Buffer {
    const record = Buffer.concat([Buffer.from([level, 10, 0, 0, 0, text.length]), Buffer.from(text)])
    return Buffer.concat([Buffer.from([0x14, 6 + record.length, number, 0, 0, 0]), record])
}

const texts = (entries: readonly LogEntry[]) => entries.map(({ text }) => text)

describe("the log in the flash", () => {
    test("reads a block written by the program", () => {
        expect(readLog([WRITTEN])).toEqual({
            last: [],
            current: [
                {
                    level: 4,
                    seconds: 0,
                    wallTime: false,
                    text: "uplink: setting EMON_URL: is missing; put it into .env.local and deploy",
                },
            ],
        })
    })

    test("sorts blocks by number, whatever their slots", () => {
        const { last, current } = readLog([block(8), block(9), block(6), block(4), block(5), block(7)])
        expect(texts(last)).toEqual(["block 4", "block 5", "block 6", "block 7"])
        expect(texts(current)).toEqual(["block 8", "block 9"])
    })

    test("ignores logs older than the last one", () => {
        const { last, current } = readLog([block(8), block(1), block(2), block(3)])
        expect(texts(last)).toEqual([])
        expect(texts(current)).toEqual(["block 8"])
    })

    test("replaces a block in flash with its newer version in RAM, or appends it", () => {
        expect(texts(readLog([block(0)], block(0, "newer")).current)).toEqual(["newer"])
        expect(texts(readLog([block(0)], block(1)).current)).toEqual(["block 0", "block 1"])
    })

    test("has an empty current log right after a rotation", () => {
        const begun = Buffer.from([0x14, 6, 4, 0, 0, 0])
        expect(readLog([block(0), block(1)], begun)).toMatchObject({ current: [] })
        expect(texts(readLog([block(0), block(1)], begun).last)).toEqual(["block 0", "block 1"])
    })

    test("ignores missing blocks and blocks of another version", () => {
        const other = block(9)
        other[0] = 0x24
        expect(readLog([])).toEqual({ last: [], current: [] })
        expect(texts(readLog([Buffer.alloc(0), other, block(2)]).current)).toEqual(["block 2"])
    })
})

describe("a record as a line", () => {
    test("with wall-clock time", () => {
        const seconds = new Date(2026, 10, 22, 9, 5, 7).getTime() / 1000
        const line = entryLine({ level: 3, seconds, wallTime: true, text: "uplink: it is slow" })
        expect(line).toBe("2026-11-22 09:05:07 warning uplink: it is slow")
    })

    test("with time since boot", () => {
        const line = entryLine({ level: 2, seconds: 61, wallTime: false, text: "program: started" })
        expect(line).toBe("start + 1 min 1 s   notice  program: started")
    })

    test.each([
        [0, "0 s"],
        [59, "59 s"],
        [60, "1 min"],
        [3661, "1 h 1 min"],
        [3659, "1 h"],
        [86_400 * 12 + 3600 * 3, "12 d 3 h"],
    ])("a duration of %i s", (seconds, text) => expect(durationText(seconds)).toBe(text))
})
