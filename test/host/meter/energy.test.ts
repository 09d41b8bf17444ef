import fc from "fast-check"
import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { heatPump } from "../../../sim/meter/heat-pump"
import { constantLoad, type Load } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { ask, SOME_DAY, stillClock, words } from "./asking"

const READ_ALL = "01 04 00 00 00 0A"

async function countedAfter(load: Load, ms: number, energyWh = 0): Promise<number> {
    const clock = stillClock()
    const meter = pzem016({ clock, load, energyWh })
    await sleep(clock, ms)
    return meter.energyWh
}

test("counts 4 kW for an hour as 4 kWh, exactly", async () => {
    expect(await countedAfter(constantLoad({ power: 4000 }), 3_600_000)).toBe(4000)
})

test("counts a small power over 90 hours without rounding errors", async () => {
    expect(await countedAfter(constantLoad({ power: 0.4, current: 0.02 }), 90 * 3_600_000)).toBe(36)
})

test("counts every second of a changing load, even if it is never polled", async () => {
    const load = heatPump(3)
    const hours = 6
    let expected = 0
    for (let s = 1; s <= hours * 3600; s++) expected += Math.round(load(SOME_DAY + s * 1000).power * 10)
    const clock = stillClock()
    const often = pzem016({ clock, load })
    const never = pzem016({ clock, load })
    for (let s = 0; s < hours * 3600; s += 7) {
        ask(often, READ_ALL)
        await sleep(clock, Math.min(7, hours * 3600 - s) * 1000)
    }
    expect(often.energyWh).toBe(expected / 36_000)
    expect(never.energyWh).toBe(often.energyWh)
})

test("shows the same values whether or not it was polled before", async () => {
    await fc.assert(
        fc.asyncProperty(
            fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 40 }),
            async pauses => {
                const clock = stillClock()
                const load = heatPump(1)
                const asked = pzem016({ clock, load })
                const fresh = pzem016({ clock, load })
                for (const pause of pauses) {
                    await sleep(clock, pause)
                    ask(asked, READ_ALL)
                }
                await sleep(clock, 50)
                expect(ask(fresh, READ_ALL)).toBe(ask(asked, READ_ALL))
            },
        ),
        { numRuns: 20 },
    )
})

test("wraps to 0 after 9999.999 kWh", async () => {
    const clock = stillClock()
    const meter = pzem016({ clock, load: constantLoad({ power: 3600 }), energyWh: 9_999_999 })
    expect(words(ask(meter, "01 04 00 05 00 02"))).toEqual([9_999_999 & 0xffff, 9_999_999 >> 16])
    await sleep(clock, 1000)
    expect(words(ask(meter, "01 04 00 05 00 02"))).toEqual([0, 0])
})

test("measures nothing below its starting current and power", async () => {
    const registers = (power: number, current: number) =>
        words(ask(pzem016({ clock: stillClock(), load: constantLoad({ power, current }) }), READ_ALL)).slice(
            0,
            9,
        )
    expect(registers(4.5, 0.0199)).toEqual([2300, 0, 0, 0, 0, 0, 0, 500, 0])
    expect(registers(4.5, 0.02)).toEqual([2300, 20, 0, 45, 0, 0, 0, 500, 98])
    expect(registers(0.39, 0.02)).toEqual([2300, 20, 0, 0, 0, 0, 0, 500, 0])
    expect(await countedAfter(constantLoad({ power: 0.39, current: 1 }), 3_600_000, 12)).toBe(12)
})

test("counts exported energy like imported energy", async () => {
    const clock = stillClock()
    const meter = pzem016({ clock, load: constantLoad({ power: -3600 }) })
    await sleep(clock, 2000)
    expect(words(ask(meter, READ_ALL)).slice(3, 7)).toEqual([36_000, 0, 2, 0])
})
