import { existsSync, statSync } from "node:fs"
import { readFile, utimes } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ConfigError } from "../../../tools/wiring/config-error"
import { writeWiring } from "../../../tools/wiring/write-wiring"
import { makeProject, type Project } from "./project"

let project: Project
let file: string

const config = (pollSeconds: number) =>
    JSON.stringify({
        board: "emon_esp32_devkit_c",
        line: { driver: "spi-uart" },
        meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
        pollSeconds,
    })

beforeEach(async () => {
    project = await makeProject({ "devicescript.json": config(10) })
    file = join(project.root, "src/generated/wiring.ts")
})

afterEach(() => project.remove())

test("writes the source, and writes it again only when it changes", async () => {
    expect((await writeWiring("device", project.root)).changed).toBe(true)
    const longAgo = new Date(Date.UTC(2020, 0, 1))
    await utimes(file, longAgo, longAgo)
    expect((await writeWiring("device", project.root)).changed).toBe(false)
    expect(statSync(file).mtime).toEqual(longAgo)

    await project.write("devicescript.json", config(20))
    expect((await writeWiring("device", project.root)).changed).toBe(true)
    expect(await readFile(file, "utf8")).toContain("pollMs: 20000")
})

test("the target determines the line driver", async () => {
    await writeWiring("device", project.root)
    expect(await readFile(file, "utf8")).toContain("new SpiUart(")
    await writeWiring("simulator", project.root)
    expect(await readFile(file, "utf8")).toContain("new JacdacSerial(")
})

test("a mistake leaves no source file behind", async () => {
    await project.write("devicescript.json", config(0))
    await expect(writeWiring("device", project.root)).rejects.toThrow(ConfigError)
    expect(existsSync(file)).toBe(false)
})
