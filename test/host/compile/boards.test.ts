import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { boardIds, readBoard } from "../../../tools/wiring/boards"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { makeProject } from "../wiring/project"

const boards = boardIds(projectRoot)

const hasDe = (id: string) => readBoard(id, projectRoot).pins.has("RS485_DE")

/** A program that names all pins of all boards, and uses those of the adapter as its driver would. */
const main = boards
    .map((id, i) => {
        const pins = [...new Set(readBoard(id, projectRoot).pins.values())].map(pin => `pins${i}.${pin}`)
        return `
import { pins as pins${i} } from "@dsboard/${id}"
spi.configure({ mosi: pins${i}.RS485_TXD, miso: pins${i}.RS485_RXD, hz: 78125 })
pins${i}.RS485_RXD.setMode(GPIOMode.InputPullUp)
${hasDe(id) ? `pins${i}.RS485_DE.setMode(GPIOMode.OutputLow)` : ""}
${pins.map(pin => `use(${pin})`).join("\n")}`
    })
    .join("\n")

const prelude = `
import { GPIOMode, IOPin } from "@devicescript/core"
import "@devicescript/gpio"
import { spi } from "@devicescript/spi"
function use(pin: IOPin) { pin.write(1) }
`

test("all boards compile, with each of their pins as input and output", async () => {
    const project = await makeProject({ "src/main.ts": prelude + main })
    const { bytecode } = await compileProgram({
        entry: "src/main.ts",
        target: "device",
        root: project.root,
    })
    for (const id of boards)
        for (const name of Object.values(definition(id).$pins))
            expect(Buffer.from(bytecode).includes(name)).toBe(true)
    await project.remove()
})

/** No strapping or input-only pins, and no pins of flash, USB or the console. */
test.each([
    ["emon_esp32_devkit_c", { RS485_TXD: 23, RS485_RXD: 19, RS485_DE: 18 }],
    ["emon_esp32c3_supermini", { RS485_TXD: 10, RS485_RXD: 20, RS485_DE: 5 }],
    ["emon_esp32s3_devkit_m", { RS485_TXD: 17, RS485_RXD: 18, RS485_DE: 16 }],
    ["emon_esp32s3_devkitc", { RS485_TXD: 17, RS485_RXD: 18, RS485_DE: 16 }],
    ["emon_m5atom_tail485", { RS485_TXD: 26, RS485_RXD: 32 }],
    ["emon_m5atom_rs485", { RS485_TXD: 19, RS485_RXD: 22 }],
    ["emon_m5atoms3_rs485", { RS485_TXD: 5, RS485_RXD: 6 }],
    ["emon_xiao_esp32c3_rs485", { RS485_TXD: 6, RS485_RXD: 7, RS485_DE: 4 }],
    ["emon_lilygo_t_rsc3", { RS485_TXD: 10, RS485_RXD: 3, RS485_DE: 5 }],
    ["emon_waveshare_s3_relay", { RS485_TXD: 17, RS485_RXD: 18, RS485_DE: 21 }],
])("%s has the RS-485 adapter on the documented pins", (id, expected) => {
    expect(boards).toContain(id)
    const { pins, $pins } = definition(id)
    const wired = Object.entries($pins).map(([purpose, name]) => [purpose, pins[name]])
    expect(Object.fromEntries(wired)).toEqual(expected)
})

test("every board has the line's default pins", async () => {
    for (const board of boards) {
        const wiring = await wiringOf({ ...defaultConfig, board }, "device", projectRoot)
        expect(wiring.line).toMatchObject({ driver: "spi-uart", mosi: "RS485_TXD", miso: "RS485_RXD" })
    }
})

test.each(["esp32c6_devkit", "emon_esp32s2_mini", "xiao_c6", "esp32_s2", "d1_mini", "ESP32H2"])(
    "refuses %s and names the supported chips",
    async board => {
        await expect(wiringOf({ ...defaultConfig, board }, "device", projectRoot)).rejects.toThrow(
            /board = ".*" has (a chip|an ESP).* Use a board with an ESP32, ESP32-C3 or ESP32-S3\./,
        )
    },
)

test("product identifiers are unique and in DeviceScript's range", () => {
    const products = boards.map(id => Number(definition(id).productId))
    expect(new Set(products).size).toBe(boards.length)
    for (const product of products) expect(Math.floor(product / 0x1000_0000)).toBe(3)
})

function definition(id: string): {
    productId: string
    pins: Record<string, number>
    $pins: Record<string, string>
} {
    return JSON.parse(readFileSync(join(projectRoot, "boards", `${id}.board.json`), "utf8"))
}
