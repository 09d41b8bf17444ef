import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { constantLoad } from "../../../sim/meter/load"
import { pzem017 } from "../../../sim/meter/pzem-017"
import { ask, bytes, hex, stillClock, words } from "./asking"

const battery = constantLoad({ voltage: 13.44, current: 0.1, power: 1.3, frequency: 0 })

test("answers like a real meter (ESPHome and Tasmota source)", () => {
    const meter = pzem017({ clock: stillClock(), load: battery, energyWh: 2 })
    expect(hex(meter.receive(bytes("01 04 00 00 00 08 F1 CC"))!.bytes)).toBe(
        "01 04 10 05 40 00 0A 00 0D 00 00 00 02 00 00 00 00 00 00 D6 29",
    )
})

test("has the manual's default thresholds and raises its alarms", async () => {
    const clock = stillClock()
    const meter = pzem017({ clock, load: battery })
    expect(words(ask(meter, "01 03 00 00 00 04"))).toEqual([30_000, 700, 1, 0])
    await sleep(clock, 100)
    expect(ask(meter, "01 06 00 00 05 3F")).toBe("01 06 00 00 05 3F")
    await sleep(clock, 100)
    expect(ask(meter, "01 06 00 01 05 41")).toBe("01 06 00 01 05 41")
    await sleep(clock, 100)
    expect(words(ask(meter, "01 04 00 06 00 02"))).toEqual([0xffff, 0xffff])
})

test.each([
    ["a threshold below 5 V", "01 06 00 00 01 F3", "01 86 03"],
    ["a threshold above 350 V", "01 06 00 01 88 B9", "01 86 03"],
    ["a shunt that does not exist", "01 06 00 03 00 04", "01 86 03"],
    ["input registers beyond the last", "01 04 00 00 00 09", "01 84 02"],
])("refuses %s", (_, request, reply) => {
    expect(ask(pzem017({ clock: stillClock(), load: battery }), request)).toBe(reply)
})

test("answers with random values and a correct CRC in the first 5 s", async () => {
    const clock = stillClock()
    const meter = pzem017({ clock, load: battery, poweredSince: clock.now() })
    const said: number[][] = []
    for (let i = 0; i < 5; i++) {
        said.push(words(ask(meter, "01 04 00 00 00 03")))
        await sleep(clock, 999)
    }
    for (const registers of said) expect(registers).not.toEqual([1344, 10, 13])
    for (const register of [0, 1, 2]) expect(new Set(said.map(registers => registers[register])).size).toBe(5)
    await sleep(clock, 5)
    expect(words(ask(meter, "01 04 00 00 00 03"))).toEqual([1344, 10, 13])
})
