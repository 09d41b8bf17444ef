import { execFileSync } from "node:child_process"
import { cp, mkdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { hasBrowser } from "../page/browser"
import { ProjectCopy } from "../start/npm-start"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")

let project: ProjectCopy
beforeEach(async () => {
    project = await ProjectCopy.make()
    await mkdir(project.path("docs"))
})
afterEach(() => project.remove())

test("the picture of the SPI-UART is what the driver's bytecode sends and receives", async () => {
    const script = "tools/figures/spi-uart.ts"
    await cp(join(projectRoot, "test"), project.path("test"), { recursive: true })
    expect(await project.run(process.execPath, [tsx, script]).ended).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
    })
    const drawn = await readFile(project.path("docs/spi-uart.svg"), "utf8")
    expect(drawn).toBe(await readFile(join(projectRoot, "docs/spi-uart.svg"), "utf8"))
})

test("the picture of the rooms is that of the imports", () => {
    const npm = (...args: string[]) => execFileSync("npm", ["run", "--silent", ...args], { cwd: projectRoot })
    npm("imports")
    npm("rooms", "--", "--check")
})

/** Width and height in the header of a PNG file. */
async function sizeOf(picture: string): Promise<readonly [number, number]> {
    const bytes = await readFile(project.path(`docs/${picture}`))
    expect(bytes.subarray(1, 4).toString()).toBe("PNG")
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

test.skipIf(!hasBrowser)(
    "takes pictures of the page on a computer and on a phone, and of the terminal",
    { timeout: 400_000 },
    async () => {
        const run = project.run(process.execPath, ["cli/run.mjs", "cli/screenshots.ts"], 380_000)
        expect(await run.ended).toEqual({ code: 0, stdout: "", stderr: "" })
        expect(await sizeOf("live-page.png")).toEqual([1280, 800])
        expect(await sizeOf("live-page-phone.png")).toEqual([390, 780])
        const [width] = await sizeOf("terminal.png")
        expect(width).toBeGreaterThan(600)
    },
)
