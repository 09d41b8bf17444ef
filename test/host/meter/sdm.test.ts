import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { constantLoad } from "../../../sim/meter/load"
import { sdm120, sdm230 } from "../../../sim/meter/sdm"
import { ask, bytes, hex, stillClock } from "./asking"

const oven = constantLoad({ voltage: 230.2, current: 5, power: 920.8, frequency: 50 })

/** The floats in a reply, high word first. */
function floats(reply: string | undefined): number[] {
    const data = Buffer.from(bytes(reply ?? "")).subarray(3)
    return Array.from({ length: data.length / 4 }, (_, i) => data.readFloatBE(4 * i))
}

test("answers like the manual's example", () => {
    const load = constantLoad({ power: 0, voltage: Buffer.from("43663334", "hex").readFloatBE() })
    const meter = sdm120({ clock: stillClock(), load })
    expect(hex(meter.receive(bytes("01 04 00 00 00 02 71 CB"))!.bytes)).toBe("01 04 04 43 66 33 34 1B 38")
})

test("has each value at its documented register, and 0 elsewhere", () => {
    const block = floats(ask(sdm120({ clock: stillClock(), load: oven }), "01 04 00 00 00 20"))
    expect(block).toHaveLength(16)
    const at = (register: number) => block[register / 2]
    expect(at(0x00)).toBeCloseTo(230.2, 4)
    expect(at(0x06)).toBe(5)
    expect(at(0x0c)).toBeCloseTo(920.8, 4)
    expect(at(0x12)).toBeCloseTo(1151, 4)
    expect(at(0x18)).toBeCloseTo(690.6, 3)
    expect(at(0x1e)).toBeCloseTo(0.8, 6)
    for (const register of [2, 4, 8, 10, 14, 16, 20, 22, 26, 28]) expect(at(register)).toBe(0)
})

test("counts imported and exported energy separately, in kWh", async () => {
    const clock = stillClock()
    const begin = clock.now()
    const sunny = constantLoad({ power: -1000 })
    const load = (time: number) => (time < begin + 1_800_000 ? oven(time) : sunny(time))
    const meter = sdm120({ clock, load, energyWh: 70_000 })
    await sleep(clock, 1_799_000)
    await sleep(clock, 3_601_000)
    const [frequency, imported, exported] = floats(ask(meter, "01 04 00 46 00 06"))
    expect(frequency).toBe(50)
    expect(imported).toBeCloseTo(70.46, 3)
    expect(exported).toBeCloseTo(1, 3)
    await sleep(clock, 100)
    expect(floats(ask(meter, "01 04 01 56 00 02"))[0]).toBeCloseTo(71.46, 3)
    await sleep(clock, 100)
    expect(floats(ask(meter, "01 04 00 0C 00 02"))).toEqual([-1000])
})

test("has its address and baud rate at the documented registers", () => {
    const meter = sdm230({ clock: stillClock(), load: oven, address: 9 })
    expect(floats(ask(meter, "09 03 00 14 00 02"))).toEqual([9])
    expect(floats(ask(sdm230({ clock: stillClock(), load: oven }), "01 03 00 1C 00 02"))).toEqual([2])
    expect(floats(ask(sdm120({ clock: stillClock(), load: oven }), "01 03 00 1C 00 02"))).toEqual([0])
})

test("the SDM230 has more registers than the SDM120", () => {
    expect(ask(sdm120({ clock: stillClock(), load: oven }), "01 04 01 80 00 02")).toBe("01 84 02")
    expect(
        floats(ask(sdm230({ clock: stillClock(), load: oven, energyWh: 500 }), "01 04 01 80 00 02")),
    ).toEqual([0.5])
    expect(floats(ask(sdm230({ clock: stillClock(), load: oven }), "01 04 00 24 00 02"))[0]).toBeCloseTo(
        36.87,
        2,
    )
})

test.each([
    ["an odd start", "01 04 00 01 00 02", "01 84 02"],
    ["an odd count", "01 04 00 00 00 03", "01 84 03"],
    ["more than 30 values", "01 04 00 00 00 3E", "01 84 03"],
    ["missing holding registers", "01 03 00 00 00 02", "01 83 02"],
    ["writing", "01 06 00 14 00 02", "01 86 01"],
])("refuses %s", (_, request, reply) => {
    expect(ask(sdm120({ clock: stillClock(), load: oven }), request)).toBe(reply)
})
