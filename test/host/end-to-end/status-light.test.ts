import { afterEach, expect, test } from "vitest"
import type { VirtualClock } from "../../../sim/clock"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

const oneMeter = (clock: VirtualClock) => [pzem016({ clock, load: constantLoad({ power: 1000 }) })]

test("blinks once when everything is fine", async () => {
    const house = await build({ slaves: oneMeter })
    await house.until("readings arrive", () => house.counters.accepted > 0)
    expect(await house.blinks()).toBe(1)
})

test("blinks twice when no meter answers", async () => {
    const house = await build({ slaves: () => [] })
    await house.pass(60)
    expect(await house.blinks()).toBe(2)
})

test("blinks three times when the server is down, and once when it is back", async () => {
    const house = await build({ slaves: oneMeter, away: true })
    await house.pass(60)
    expect(await house.blinks()).toBe(3)
    await house.bringServer()
    await house.until("readings arrive", () => house.counters.accepted > 0)
    expect(await house.blinks()).toBe(1)
})

test("blinks four times when the key is read-only or missing", async () => {
    const refused = await build({ slaves: oneMeter, key: "read" })
    await refused.pass(60)
    expect(await refused.blinks()).toBe(4)
    const missing = await build({ slaves: oneMeter, settings: { EMON_KEY: undefined } })
    await missing.pass(60)
    expect(await missing.blinks()).toBe(4)
})

test("blinks six times in safe mode", async () => {
    const house = await build({ slaves: oneMeter, entry: "test/device/dying-program.ts" })
    await house.until("safe mode", () => house.said("error").some(text => text.includes("safe mode")))
    expect(await house.blinks()).toBe(6)
})
