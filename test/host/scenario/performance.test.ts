import { expect, test } from "vitest"
import type { FeedPoint } from "../../../sim/emoncms/feeds/engine"
import { constantLoad, type Load } from "../../../sim/meter/load"
import { performanceOf } from "../../../tools/scenario/performance"

const electricity = constantLoad({ power: 1000 })

/** 1000 W of electricity make 3000 W of heat; a defrost takes back 500 W of it in each tenth minute. */
const load: Load = time => {
    const defrosts = Math.floor(time / 60_000) % 10 === 9
    const water = { flow: 500, flowTemperature: 35, returnTemperature: 30 }
    return { ...electricity(time), heat: { ...water, power: defrosts ? -500 : 3000 } }
}

/** A feed with a point each minute that rises by this many Wh an hour. */
function rising(wattHours: number, minutes: number): FeedPoint[] {
    return Array.from({ length: minutes + 1 }, (_, i): FeedPoint => [i * 60, 5000 + (i * wattHours) / 60])
}

const END = 3_600_000

test("feeds that count what the meters count have no error", () => {
    // In nine of ten minutes there is heat.
    expect(performanceOf(rising(1000, 50), rising(2700, 50), load, END)).toEqual({
        cop: 2.7,
        copErrorPercent: 0,
        unpaired: 0,
    })
})

test("missing heat shows in the error", () => {
    const { cop, copErrorPercent } = performanceOf(rising(1000, 50), rising(2430, 50), load, END)
    expect(cop).toBe(2.43)
    expect(copErrorPercent).toBe(10)
})

test("points without a counterpart are counted, those after the end are not", () => {
    const heat = rising(2700, 70).filter(([time]) => time % 120 === 0)
    expect(performanceOf(rising(1000, 70), heat, load, END).unpaired).toBe(30)
})

test("without heat there is no coefficient", () => {
    expect(performanceOf(rising(1000, 50), [], load, END)).toEqual({
        cop: 0,
        copErrorPercent: 100,
        unpaired: 51,
    })
})
