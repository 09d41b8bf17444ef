import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

test("uploads health every five minutes, and only the latest after an outage", async () => {
    const house = await build({ slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })] })
    await house.pass(1000)
    const rows = house.at("health_uptime")
    expect(rows).toHaveLength(3)
    for (const [i, { time, value }] of rows.entries()) {
        expect(value! - (rows[i - 1]?.value ?? 0)).toBeGreaterThanOrEqual(300)
        expect(value! - (rows[i - 1]?.value ?? 0)).toBeLessThan(320)
        expect(Math.abs(time - (rows[0]!.time + value! - rows[0]!.value!))).toBeLessThanOrEqual(10)
    }
    expect(house.at("health_dropped").map(({ value }) => value)).toEqual([0, 0, 0])

    await house.takeServer()
    await house.pass(1000)
    await house.bringServer()
    await house.until("it is told", () => house.at("health_uptime").length > rows.length, 600)
    const [afterOutage] = house.at("health_uptime").slice(rows.length)
    expect(afterOutage!.value).toBeGreaterThan(rows.at(-1)!.value! + 850)
    expect(house.at("health_upload_errors").at(-1)!.value).toBeGreaterThan(3)
})
