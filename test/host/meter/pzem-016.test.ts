import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { parseCapture } from "../../../sim/meter/capture"
import { constantLoad, type Flow } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import type { MeterOptions } from "../../../sim/meter/virtual-meter"
import { ask, bytes, frame, hex, kettle, stillClock, words } from "./asking"

const READ_ALL = "01 04 00 00 00 0A"
const CAPTURE = "test/data/captures/pzem-ac-responses.txt"

function meter(options: Partial<MeterOptions> = {}) {
    const clock = stillClock()
    return { clock, meter: pzem016({ clock, load: kettle, ...options }) }
}

/** Replies of real devices and of the manual (METERS: Tasmota and ESPHome sources, Tasmota issue #6050). */
const REPLIES: [Flow, number, string][] = [
    [
        { voltage: 225.7, current: 0.108, power: 24.4, frequency: 50 },
        38,
        "01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34",
    ],
    [
        { voltage: 224.5, current: 0.108, power: 24.2, frequency: 50 },
        6205,
        "01 04 14 08 C5 00 6C 00 00 00 F2 00 00 18 3D 00 00 01 F4 00 64 00 00 53 8E",
    ],
    [
        { voltage: 224.4, current: 0.108, power: 24.1, frequency: 50 },
        6205,
        "01 04 14 08 C4 00 6C 00 00 00 F1 00 00 18 3D 00 00 01 F4 00 63 00 00 DA 70",
    ],
    [
        { voltage: 220, current: 1, power: 220, frequency: 50 },
        0,
        "01 04 14 08 98 03 E8 00 00 08 98 00 00 00 00 00 00 01 F4 00 64 00 00 63 CE",
    ],
]

test.each(REPLIES)("answers like a real meter: %o, %i Wh", (flow, energyWh, reply) => {
    const { meter: pzem } = meter({ load: constantLoad(flow), energyWh })
    expect(hex(pzem.receive(bytes("01 04 00 00 00 0A 70 0D"))!.bytes)).toBe(reply)
})

test("reproduces the captured answers byte for byte", () => {
    const recorded = parseCapture(readFileSync(CAPTURE, "utf8"), CAPTURE)
    expect(recorded).toHaveLength(33)
    for (const { bytes: reply } of recorded) {
        const [volts, mA, mAHigh, dW, dWHigh, wh, whHigh, dHz] = words(hex(reply.slice(0, -2))) as [
            number,
            ...number[],
        ]
        const load = constantLoad({
            voltage: volts / 10,
            current: (mA! + mAHigh! * 65536) / 1000,
            power: (dW! + dWHigh! * 65536) / 10,
            frequency: dHz! / 10,
        })
        const { meter: pzem } = meter({ load, energyWh: wh! + whHigh! * 65536 })
        expect(hex(pzem.receive(frame(READ_ALL))!.bytes)).toBe(hex(reply))
    }
})

test("shows 4000 W, 40 A and 70 kWh in full", () => {
    const { meter: pzem } = meter({ load: constantLoad({ power: 4000, current: 40 }), energyWh: 70_000 })
    expect(words(ask(pzem, READ_ALL))).toEqual([2300, 40_000, 0, 40_000, 0, 4464, 1, 500, 43, 0])
})

test("reads any part of the input registers", () => {
    const { meter: pzem } = meter({ load: constantLoad({ power: 23_000 }), energyWh: 9_999_000 })
    const all = words(ask(pzem, READ_ALL))
    expect(all).toEqual([2300, 34464, 1, 33392, 3, 37528, 152, 500, 100, 0])
    for (let start = 0; start < 10; start++) {
        for (let count = 1; start + count <= 10; count++) {
            const idle = pzem016({
                clock: stillClock(),
                load: constantLoad({ power: 23_000 }),
                energyWh: 9_999_000,
            })
            expect(words(ask(idle, `01 04 00 0${start} 00 0${count.toString(16)}`))).toEqual(
                all.slice(start, start + count),
            )
        }
    }
})

test("returns its settings and stores written ones", async () => {
    const { clock, meter: pzem } = meter()
    expect(ask(pzem, "01 03 00 01 00 02")).toBe("01 03 04 59 D8 00 01")
    await sleep(clock, 100)
    expect(hex(pzem.receive(bytes("01 06 00 01 08 FC DF 8B"))!.bytes)).toBe("01 06 00 01 08 FC DF 8B")
    await sleep(clock, 100)
    expect(ask(pzem, "01 03 00 01 00 02")).toBe("01 03 04 08 FC 00 01")
})

test("raises the alarm above the threshold, not at it", async () => {
    const { clock, meter: pzem } = meter({ load: constantLoad({ power: 2000 }) })
    const alarmAt = async (threshold: string) => {
        ask(pzem, `01 06 00 01 ${threshold}`)
        await sleep(clock, 100)
        const reply = words(ask(pzem, "01 04 00 09 00 01"))
        await sleep(clock, 100)
        return reply
    }
    expect(await alarmAt("07 D0")).toEqual([0])
    expect(await alarmAt("07 CF")).toEqual([0xffff])
})

test("changes its address and confirms with the old one", async () => {
    const { clock, meter: pzem } = meter()
    expect(hex(pzem.receive(bytes("01 06 00 02 00 05 E8 09"))!.bytes)).toBe("01 06 00 02 00 05 E8 09")
    await sleep(clock, 100)
    expect(ask(pzem, READ_ALL)).toBeUndefined()
    expect(ask(pzem, "05 03 00 02 00 01")).toBe("05 03 02 00 05")
    expect(pzem.address).toBe(5)
})

test("answers to the general address with the general address", async () => {
    const { clock, meter: pzem } = meter({ address: 7 })
    expect(ask(pzem, "F8 03 00 02 00 01")).toBe("F8 03 02 00 07")
    await sleep(clock, 100)
    expect(hex(pzem.receive(bytes("F8 06 00 02 00 01 FD A3"))!.bytes)).toBe("F8 06 00 02 00 01 FD A3")
    expect(pzem.address).toBe(1)
})

test("obeys a broadcast without answering", async () => {
    const { clock, meter: pzem } = meter({ energyWh: 5000 })
    expect(ask(pzem, "00 42")).toBeUndefined()
    await sleep(clock, 1000)
    expect(words(ask(pzem, "01 04 00 05 00 02"))).toEqual([0, 0])
})

test("resets its energy and shows that at the next refresh", async () => {
    const { clock, meter: pzem } = meter({ load: constantLoad({ power: 0 }), energyWh: 6205 })
    await sleep(clock, 500)
    expect(hex(pzem.receive(bytes("01 42 80 11"))!.bytes)).toBe("01 42 80 11")
    await sleep(clock, 100)
    expect(words(ask(pzem, "01 04 00 05 00 02"))).toEqual([6205, 0])
    await sleep(clock, 400)
    expect(words(ask(pzem, "01 04 00 05 00 02"))).toEqual([0, 0])
})

test("calibrates only at 0xF8 with the password, and is then busy for 3 to 4 s", async () => {
    const { clock, meter: pzem } = meter()
    const answer = pzem.receive(frame("F8 41 37 21"))!
    expect(hex(answer.bytes)).toBe(hex(frame("F8 41 37 21")))
    expect(answer.latencyMs).toBeGreaterThan(3000)
    expect(answer.latencyMs).toBeLessThan(4000)
    await sleep(clock, 2900)
    expect(ask(pzem, READ_ALL)).toBeUndefined()
    await sleep(clock, 1100)
    expect(ask(pzem, READ_ALL)).toBeDefined()
    await sleep(clock, 100)
    expect(ask(pzem, "F8 41 12 34")).toBe("F8 C1 03")
    await sleep(clock, 4000)
    expect(ask(pzem, "01 41 37 21")).toBe("01 C1 01")
})

test.each([
    ["an unknown function", "01 05 00 01 FF 00", "01 85 01"],
    ["input registers beyond the last", "01 04 00 00 00 0B", "01 84 02"],
    ["missing input registers", "01 04 00 0A 00 01", "01 84 02"],
    ["holding register 0", "01 03 00 00 00 01", "01 83 02"],
    ["a holding register beyond the last", "01 03 00 02 00 02", "01 83 02"],
    ["no register at all", "01 04 00 00 00 00", "01 84 03"],
    ["more registers than a frame holds", "01 04 00 00 00 7E", "01 84 03"],
    ["writing to a missing register", "01 06 00 00 00 01", "01 86 02"],
    ["address 0", "01 06 00 02 00 00", "01 86 03"],
    ["an address above 0xF7", "01 06 00 02 00 F8", "01 86 03"],
])("refuses %s", (_, request, reply) => {
    expect(ask(meter().meter, request)).toBe(reply)
})

test("refuses a bad register with the exact bytes of the manual's table", () => {
    expect(hex(meter().meter.receive(frame("01 04 00 0A 00 01"))!.bytes)).toBe("01 84 02 C2 C1")
})

test.each([
    ["another address", frame("02 04 00 00 00 0A")],
    ["a wrong CRC", bytes("01 04 00 00 00 0A 0D 70")],
    ["a frame that is too short", frame("01 04 00 00")],
    ["a frame that is too long", frame("01 04 00 00 00 0A 00")],
    ["noise", bytes("00 FF")],
])("ignores %s", (_, request) => {
    expect(meter().meter.receive(request)).toBeUndefined()
})

test("answers after about 35 ms, with a different latency each time", async () => {
    const { clock, meter: pzem } = meter()
    const latencies = new Set<number>()
    for (let i = 0; i < 100; i++) {
        latencies.add(pzem.receive(frame(READ_ALL))!.latencyMs)
        await sleep(clock, 100)
    }
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(31.5)
    expect(Math.max(...latencies)).toBeLessThanOrEqual(38.5)
    expect(latencies.size).toBe(100)
})

test("refreshes its registers once a second, not on each read", async () => {
    const { clock, meter: pzem } = meter({
        load: time => ({ ...kettle(time), voltage: 200 + (time % 60_000) / 1000 }),
    })
    const seen: number[] = []
    for (let i = 0; i < 12; i++) {
        seen.push(words(ask(pzem, "01 04 00 00 00 01"))[0]!)
        await sleep(clock, 250)
    }
    expect(seen).toEqual([2000, 2000, 2000, 2000, 2010, 2010, 2010, 2010, 2020, 2020, 2020, 2020])
})

test("answers with random values and a correct CRC in the first 5 s", async () => {
    const clock = stillClock()
    const { meter: pzem } = {
        meter: pzem016({ clock, load: kettle, energyWh: 70_000, poweredSince: clock.now() }),
    }
    const truth = words(ask(meter({ energyWh: 70_000 }).meter, READ_ALL)).slice(1, 7)
    const said: number[][] = []
    for (let i = 0; i < 5; i++) {
        said.push(words(ask(pzem, READ_ALL)).slice(1, 7))
        await sleep(clock, 999)
    }
    for (const registers of said) expect(registers).not.toEqual(truth)
    expect(new Set(said.map(String)).size).toBe(5)
    await sleep(clock, 5)
    expect(words(ask(pzem, "01 04 00 01 00 04"))).toEqual(truth.slice(0, 4))
})

test("is silent without power, and keeps energy and settings", async () => {
    const { clock, meter: pzem } = meter({ energyWh: 70_000 })
    ask(pzem, "01 06 00 02 00 05")
    await sleep(clock, 9000)
    pzem.powerOff()
    await sleep(clock, 3_600_000)
    expect(ask(pzem, "05 04 00 00 00 0A")).toBeUndefined()
    pzem.powerOn()
    expect(pzem.energyWh).toBe(70_005)
    await sleep(clock, 9000)
    expect(words(ask(pzem, "05 04 00 05 00 02"))).toEqual([70_010 - 65_536, 1])
})

test("cannot be created with an invalid address", () => {
    expect(() => meter({ address: 248 })).toThrow(RangeError)
})
