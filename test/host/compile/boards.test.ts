import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { boardIds, readBoard } from "../../../tools/wiring/boards"
import { makeProject } from "../wiring/project"

const boards = boardIds(projectRoot)

/** A program that names all pins of all boards, and uses those of the adapter as its driver would. */
const main = boards
    .map((id, i) => {
        const pins = [...new Set(readBoard(id, projectRoot).pins.values())].map(pin => `pins${i}.${pin}`)
        return `
import { pins as pins${i} } from "@dsboard/${id}"
spi.configure({ mosi: pins${i}.RS485_TXD, miso: pins${i}.RS485_RXD, hz: 78125 })
pins${i}.RS485_RXD.setMode(GPIOMode.InputPullUp)
pins${i}.RS485_DE.setMode(GPIOMode.OutputLow)
${pins.map(pin => `use(${pin})`).join("\n")}`
    })
    .join("\n")

const prelude = `
import { GPIOMode, IOPin } from "@devicescript/core"
import "@devicescript/gpio"
import { spi } from "@devicescript/spi"
function use(pin: IOPin) { pin.write(1) }
`

test("the compiler accepts all boards, and each of their pins in both directions", async () => {
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

/** No strapping pin, no input-only pin, none of flash, USB or the console. */
test.each([
    ["emon_esp32_devkit_c", { RS485_TXD: 23, RS485_RXD: 19, RS485_DE: 18 }],
    ["emon_esp32c3_supermini", { RS485_TXD: 10, RS485_RXD: 20, RS485_DE: 5 }],
    ["emon_esp32s3_devkit_m", { RS485_TXD: 17, RS485_RXD: 18, RS485_DE: 16 }],
])("%s has the adapter on the proposed pins", (id, expected) => {
    expect(boards).toContain(id)
    const { pins, $pins } = definition(id)
    const wired = Object.entries($pins).map(([purpose, name]) => [purpose, pins[name]])
    expect(Object.fromEntries(wired)).toEqual(expected)
})

test("no two boards have the same product identifier, and all are in the range of DeviceScript devices", () => {
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
