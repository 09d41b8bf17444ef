import { afterEach, expect, test } from "vitest"
import type { LineSettings } from "../../../sim/line/serial-line"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { commandDevice, diagnoseDevice, targetOf } from "../../../tools/commands/on-device"
import { buildImage } from "../../../tools/image"
import { readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { ONE_METER } from "../end-to-end/house"
import { closeOpenHouses, OpenHouse } from "./open-house"

afterEach(closeOpenHouses)

const config: Config = {
    ...ONE_METER,
    line: { driver: "spi-uart", baud: 9600 },
    meters: [{ name: "pump", model: "sdm120", address: 7 }],
}

/** Runs a diagnosis on a device whose meter has these line settings. */
async function diagnosed(meterSettings: LineSettings) {
    const load = constantLoad({ power: 100 })
    const open = await OpenHouse.build({
        config,
        meterSettings,
        slaves: clock => [virtualMeter(readModel("sdm120", projectRoot), { clock, address: 7, load })],
    })
    const device = await open.connect()
    const { bytecode: main, wiring } = await buildImage({ config })
    const target = await targetOf(device)
    const told: string[] = []
    const { said } = await commandDevice(
        device,
        { target, main },
        () => {},
        run => diagnoseDevice(run, config, wiring, sentence => told.push(sentence)),
    )
    return { said, told, house: open.house }
}

test("finds the meter's parity when the line uses another one", async () => {
    const { said, told } = await diagnosed({ baudRate: 9600, parity: "even", stopBits: 1 })
    expect(said.some(sentence => sentence.startsWith("pump: no answer at all"))).toBe(true)
    expect(told[0]).toMatch(/^pump: trying 9600 bit\/s 8E1, /)
    expect(said.at(-1)).toBe(
        'pump: answers at 9600 bit/s 8E1, but the line is set to 9600 bit/s 8N1; write "baud": 9600, "parity": "even" into ' +
            '"line" in devicescript.json, or set the meter to 9600 bit/s 8N1',
    )
})

test("tries no other settings when the meter answers, and polling continues", async () => {
    const { said, told, house } = await diagnosed({ baudRate: 9600, stopBits: 1 })
    expect(said.at(-1)).toBe("the line is fine")
    expect(told).toEqual([])
    await house.until("readings arrive", () => house.counters.accepted >= 1)
})
