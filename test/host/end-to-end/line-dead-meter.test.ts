import { expect, test } from "vitest"
import { WitnessedLine } from "./line-witness"

test("seven meters keep one reading a second beside a dead one, which recovers later", async () => {
    // An SPI-UART transfer takes a fifth of a second, too long for eight meters.
    const house = await WitnessedLine.begin(8, 1, 1, { driver: "sc16is7xx" })
    const dead = house.meters.get("meter1")!
    dead.powerOff()
    await house.rig.pass(10)
    const begin = house.rig.clock.now()
    await house.rig.pass(100)

    const [none, ...live] = house.countSince(begin)
    expect(none).toBe(0)
    for (const count of live) expect(count).toBeGreaterThanOrEqual(99)
    expect(house.states.filter(state => state.startsWith("meter1"))).toEqual(["meter1 unknown"])
    expect(house.warnings.filter(text => text.startsWith("meter1"))).toEqual([
        "meter1: no readings: address 1, function 4: no answer",
    ])

    dead.powerOn()
    await house.rig.pass(70)
    expect(house.states.at(-1)).toBe("meter1 answering")
    expect(house.published.filter(({ meter, saidAt }) => meter === "meter1" && saidAt === undefined)).toEqual(
        [],
    )
    expect(house.rig.stops).toEqual([])
    await house.rig.end()
})
