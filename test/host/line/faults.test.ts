import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { FAULT_NAMES, type FaultName } from "../../../sim/line/faults"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { bytes, frame, hex, kettle, stillClock, words } from "../meter/asking"
import { exchange, listen, parrot, REPLY, REQUEST } from "./listening"

const CHARACTER = 10 / 9.6
const BODY = REPLY.slice(0, -6)

function faulty(...faults: FaultName[]) {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    for (const fault of faults) line.faults.enable(fault)
    return { clock, line }
}

/** What the line brings within 3 s after one request. */
async function heard(...faults: FaultName[]): Promise<string> {
    const { clock, line } = faulty(...faults)
    return await exchange(line, clock, REQUEST, 3000)
}

/** Complete replies with a correct CRC, anywhere in what a line brought. */
function validFrames(stream: string): string[] {
    const data = bytes(stream)
    const found: string[] = []
    for (let from = 0; from + 5 <= data.length; from++) {
        const length = data[from + 1]! & 0x80 ? 5 : 5 + data[from + 2]!
        const candidate = data.slice(from, from + length)
        if (candidate.length < length) continue
        if (hex(frame(hex(candidate.slice(0, -2)))) === hex(candidate)) found.push(hex(candidate))
    }
    return found
}

test("the catalog has every fault in the fault matrix", () => {
    expect(new Set(FAULT_NAMES)).toEqual(
        new Set([
            ...["no-answer", "late-answer", "foreign-address", "wrong-function", "truncated", "extra-bytes"],
            ...[
                "exception-1",
                "exception-2",
                "exception-3",
                "exception-4",
                "crc-zero",
                "crc-flipped",
                "crc-swapped",
            ],
            ...["byte-by-byte", "echo", "noise-before", "noise-after", "stale-registers", "counter-reset"],
        ]),
    )
})

test.each<[FaultName, string]>([
    ["no-answer", ""],
    ["foreign-address", hex(frame(`02${BODY.slice(2)}`))],
    ["wrong-function", hex(frame(`01 03${BODY.slice(5)}`))],
    ["exception-1", hex(frame("01 84 01"))],
    ["exception-2", "01 84 02 C2 C1"],
    ["exception-3", hex(frame("01 84 03"))],
    ["exception-4", hex(frame("01 84 04"))],
    ["crc-zero", `${BODY} 00 00`],
    ["crc-flipped", `${BODY} AE CB`],
    ["crc-swapped", `${BODY} 34 51`],
    ["echo", `01 04 00 00 00 0A 70 0D ${REPLY}`],
    ["byte-by-byte", REPLY],
    ["late-answer", REPLY],
])("%s", async (fault, stream) => {
    expect(await heard(fault)).toBe(stream)
})

test("passes the complete answer without faults", async () => {
    expect(await heard()).toBe(REPLY)
})

test("truncated: cuts the answer short, but keeps at least one byte", async () => {
    const { clock, line } = faulty("truncated")
    const lengths = new Set<number>()
    for (let i = 0; i < 200; i++) {
        const part = await exchange(line, clock)
        expect(REPLY.startsWith(part)).toBe(true)
        lengths.add(part.split(" ").length)
    }
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([1, 24])
})

test("extra-bytes: appends one to four bytes to the answer", async () => {
    const { clock, line } = faulty("extra-bytes")
    const lengths = new Set<number>()
    for (let i = 0; i < 50; i++) {
        const stream = await exchange(line, clock)
        expect(stream.startsWith(`${REPLY} `)).toBe(true)
        lengths.add(stream.split(" ").length - 25)
    }
    expect([...lengths].sort()).toEqual([1, 2, 3, 4])
})

test("late-answer: delays the answer by 0.3 to 1.2 s", async () => {
    const { clock, line } = faulty("late-answer")
    const usual = 37 * CHARACTER + 35
    const pieces = listen(line, clock)
    for (let i = 0; i < 20; i++) {
        const sent = i * 2000
        line.send(REQUEST)
        await sleep(clock, 2000)
        expect(pieces[i]!.at - sent).toBeGreaterThan(usual + 300)
        expect(pieces[i]!.at - sent).toBeLessThan(usual + 1200)
    }
})

test("byte-by-byte: delivers each byte separately, 5 ms apart", async () => {
    const { clock, line } = faulty("byte-by-byte")
    const pieces = listen(line, clock)
    line.send(REQUEST)
    await sleep(clock, 1000)
    expect(pieces.map(piece => piece.bytes)).toEqual(REPLY.split(" "))
    const gaps = pieces.slice(1).map((piece, i) => piece.at - pieces[i]!.at)
    expect(gaps).toEqual(gaps.map(() => expect.closeTo(CHARACTER + 5, 3)))
})

test("echo: returns the request as it is sent, even without a slave", async () => {
    const { clock, line } = faulty("echo")
    const pieces = listen(line, clock)
    line.send(frame("09 04 00 00 00 0A"))
    await sleep(clock, 1000)
    expect(pieces).toEqual([
        { at: expect.closeTo(12 * CHARACTER, 3), bytes: hex(frame("09 04 00 00 00 0A")) },
    ])
})

test.each<[FaultName, (stream: string) => boolean]>([
    ["noise-before", stream => stream.endsWith(` ${REPLY}`)],
    ["noise-after", stream => stream.startsWith(`${REPLY} `)],
])("%s: adds one to three bytes and leaves the answer complete", async (fault, beside) => {
    const { clock, line } = faulty(fault)
    for (let i = 0; i < 100; i++) {
        const stream = await exchange(line, clock)
        expect(beside(stream)).toBe(true)
        expect(stream.split(" ").length - 25).toBeOneOf([1, 2, 3])
    }
})

test("noise appears even without a slave", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock })
    line.faults.enable("noise-before")
    expect(await exchange(line, clock)).not.toBe("")
})

test("stale-registers: repeats the previous values while the meter measures on", async () => {
    const clock = stillClock()
    const load = (time: number) => ({ ...kettle(time), voltage: 200 + ((time - clock0) / 1000) * 0.1 })
    const clock0 = clock.now()
    const line = new VirtualLine({ clock, slaves: [pzem016({ clock, load })] })
    const volts = async () => words((await exchange(line, clock, REQUEST, 1000)).slice(0, -6))[0]
    expect(await volts()).toBe(2000)
    line.faults.enable("stale-registers")
    expect([await volts(), await volts(), await volts()]).toEqual([2000, 2000, 2000])
    line.faults.disable("stale-registers")
    expect(await volts()).toBe(2004)
})

test("counter-reset: resets only the energy", async () => {
    const clock = stillClock()
    const meter = pzem016({ clock, load: constantLoad({ power: 3600 }), energyWh: 70_000 })
    const line = new VirtualLine({ clock, slaves: [meter] })
    line.faults.enable("counter-reset")
    const registers = async () => words((await exchange(line, clock, REQUEST, 2000)).slice(0, -6))
    expect((await registers()).slice(5, 7)).toEqual([4464, 1])
    line.faults.disableAll()
    const after = await registers()
    expect(after.slice(3, 7)).toEqual([36_000, 0, 2, 0])
})

test("applies several faults to the same answer", async () => {
    expect(await heard("exception-2", "crc-zero", "echo")).toBe("01 04 00 00 00 0A 70 0D 01 84 02 00 00")
    expect(await heard("no-answer", "echo")).toBe("01 04 00 00 00 0A 70 0D")
    expect(await heard("foreign-address", "crc-swapped", "byte-by-byte", "late-answer")).toMatch(
        /^02 04 14 .*/,
    )
})

test("limits a fault to one slave", async () => {
    const clock = stillClock()
    const second = hex(frame("02 84 04"))
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY), parrot(2, second)] })
    line.faults.enable("no-answer", { address: 1 })
    expect(await exchange(line, clock)).toBe("")
    expect(await exchange(line, clock, frame("02 04 00 00 00 0A"))).toBe(second)
})

test("applies a fault at its rate, and the same way for the same seed", async () => {
    const run = async (seed: number) => {
        const clock = stillClock()
        const line = new VirtualLine({ clock, seed, slaves: [parrot(1, REPLY)] })
        line.faults.enable("no-answer", { rate: 0.3 })
        const answered: boolean[] = []
        for (let i = 0; i < 1000; i++) answered.push((await exchange(line, clock, REQUEST, 200)) !== "")
        expect(line.faults.struck.get("no-answer")).toBe(answered.filter(yes => !yes).length)
        return answered
    }
    const first = await run(1)
    const struck = first.filter(yes => !yes).length
    expect(struck).toBeGreaterThan(250)
    expect(struck).toBeLessThan(350)
    expect(await run(1)).toEqual(first)
    expect(await run(2)).not.toEqual(first)
})

test("random faults never give wrong values a valid CRC, and stop when disabled", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, seed: 3, slaves: [parrot(1, REPLY)] })
    line.faults.enableAll(0.9)
    let whole = 0
    for (let i = 0; i < 3000; i++) {
        const replies = validFrames(await exchange(line, clock, REQUEST, 1500))
        const own = replies.filter(reply => reply.startsWith("01 04 14"))
        for (const reply of own) expect(reply).toBe(REPLY)
        whole += own.length
    }
    for (const fault of FAULT_NAMES) expect(line.faults.struck.get(fault)).toBeGreaterThan(50)
    expect(whole).toBeGreaterThan(1000)
    expect(whole).toBeLessThan(3000)
    line.faults.disableAll()
    expect(await exchange(line, clock)).toBe(REPLY)
})

test("refuses a rate outside 0 to 1", () => {
    const { line } = faulty()
    expect(() => line.faults.enable("echo", { rate: 1.5 })).toThrow(RangeError)
    expect(() => line.faults.enable("echo", { rate: Number.NaN })).toThrow(RangeError)
})
