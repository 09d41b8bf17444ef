import { afterEach, expect, test } from "vitest"
import { heatPump } from "../../../sim/meter/heat-pump"
import { virtualMeter } from "../../../sim/meter/models"
import { buildImage } from "../../../tools/image"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import type { Config, LineConfig } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { isLong } from "../../long"
import { build, closeHouses } from "./house"

afterEach(closeHouses)

const THREE_METERS: Config["meters"] = [
    { name: "heatpump", model: "sdm630", address: 1 },
    { name: "house", model: "sdm630", address: 2 },
    { name: "heat", model: "multical-403", address: 3 },
]

const INPUTS = ["heatpump_power", "heatpump_energy", "house_power_l3", "house_voltage_l2", "heat_heat_energy"]

function wired(line: LineConfig, meters = THREE_METERS): Config {
    return { board: defaultConfig.board, line, meters }
}

const LINES: [string, number, Config][] = [
    ["an hour of 8E1 on the SPI-UART", 3600, wired({ driver: "spi-uart", baud: 19200, parity: "even" })],
    [
        "8O1 on an SC16IS750",
        600,
        wired({ driver: "sc16is7xx", baud: 9600, parity: "odd" }, THREE_METERS.slice(0, 2)),
    ],
    [
        "8N2 on a Jacdac serial service",
        600,
        wired({ driver: "jacdac-serial", baud: 9600, stopBits: 2 }, THREE_METERS.slice(0, 2)),
    ],
]

test.each(isLong ? LINES : LINES.slice(0, 1))(
    "%s: a reading arrives for every slot of every meter",
    async (_, seconds, config) => {
        const house = await build({
            config,
            slaves: clock =>
                config.meters.map(({ model, address }) =>
                    virtualMeter(readModel(model, projectRoot), { clock, address, load: heatPump(1) }),
                ),
        })
        const slots = seconds / 10
        const inputs = INPUTS.filter(input => config.meters.some(({ name }) => input.startsWith(`${name}_`)))
        await house.until(
            "all have arrived",
            () => inputs.every(input => house.at(input).length >= slots),
            seconds + 120,
        )
        for (const input of inputs) {
            const times = house.at(input).map(({ time }) => time)
            expect(times, input).toEqual(times.map((_, slot) => times[0]! + 10 * slot))
        }
        expect(house.said("warn")).toEqual([])
        expect(house.rig.stops).toEqual([])
    },
)

test("the image contains only the configured models", async () => {
    const { bytecode } = await buildImage({
        config: wired({ driver: "spi-uart", baud: 19200, parity: "even" }),
    })
    const text = Buffer.from(bytecode).toString("latin1")
    const wiredModels = THREE_METERS.map(({ model }) => model)
    const others = modelIds(projectRoot).filter(id => !wiredModels.includes(id))
    expect(others.length).toBeGreaterThan(20)
    expect(wiredModels.filter(id => !text.includes(id))).toEqual([])
    expect(others.filter(id => text.includes(id) || text.includes(readModel(id, projectRoot).name))).toEqual(
        [],
    )
})
