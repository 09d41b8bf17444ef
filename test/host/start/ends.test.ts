import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { storageImage } from "../../../tools/flash/storage-image"
import { projectRoot } from "../../../tools/project"
import { lastLine, ProjectCopy } from "./npm-start"

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make()
})

afterAll(() => project.remove())

const node = `'${process.execPath}' cli/run.mjs`
const shell = (line: string) => project.run("bash", ["-o", "pipefail", "-c", line]).ended

describe("output whose reader is gone", () => {
    test("npm start | head -1 ends without an error", async () => {
        const line = `${node} cli/start/main.ts --no-page --speed 60 | head -1`
        expect(await shell(line)).toEqual({
            code: 0,
            stderr: "",
            stdout: expect.stringMatching(/^The .*\.\n$/),
        })
    })

    test("npm run configure | true ends without an error", async () => {
        // Some output may or may not be read before the reader goes.
        const { code, stderr } = await shell(`${node} cli/configure.ts --no-settings | true`)
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    })

    test("npm start ends as on Ctrl-C when its terminal is closed", async () => {
        const run = project.start("--json", "--speed", "60", "--no-page")
        await run.printed("readings accepted")
        run.signal("SIGHUP")
        expect(lastLine(await run.ended).accepted).toBeGreaterThan(0)
        expect((await run.ended).code).toBe(0)
    })
})

describe("work that must not be interrupted", () => {
    const WORK = `
        import { writeFileSync } from "node:fs"
        import { whole } from "./cli/quiet-end"
        await whole(async () => {
            for (let i = 0; i < 40; i++) {
                console.log("step", i)
                await new Promise(r => setTimeout(r, 25))
            }
            writeFileSync("done", "")
        })
        console.log("not reached by one whom nobody hears")
        await new Promise(r => setTimeout(r, 1000))`

    test("finishes although its reader is gone or its terminal is closed", async () => {
        const done = async () => {
            await stat(project.path("done"))
            await rm(project.path("done"))
        }
        await writeFile(project.path("work.ts"), WORK)
        expect(await shell(`${node} work.ts | head -1`)).toEqual({ code: 0, stderr: "", stdout: "step 0\n" })
        await done()
        const run = project.command("work.ts")
        await run.printed("step 3")
        run.signal("SIGHUP")
        expect((await run.ended).code).toBe(129)
        await done()
    })
})

describe("before npm ci", () => {
    test("npm start says what to do, in one sentence", async () => {
        const root = await mkdtemp(join(tmpdir(), "bare-"))
        for (const part of ["package.json", "cli"])
            await cp(join(projectRoot, part), join(root, part), { recursive: true })
        const command = project.run("npm", ["--prefix", root, "start", "--silent"])
        expect(await command.ended).toEqual({ code: 1, stdout: "", stderr: "Run npm ci first.\n" })
        await mkdir(join(root, "node_modules/tsx"), { recursive: true })
        await writeFile(join(root, "node_modules/tsx/package.json"), "{}")
        const half = project.run("npm", ["--prefix", root, "start", "--silent"])
        expect((await half.ended).stderr).toMatch(/^Run npm ci again: .*commander.* are missing\.\n$/)
        await rm(root, { recursive: true })
    })

    test("every user command is started in the same way", async () => {
        const { scripts } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"))
        for (const name of [
            "start",
            "setup",
            "deploy",
            "image",
            "device",
            "configure",
            "stand-in",
            "scenario",
        ])
            expect(scripts[name]).toMatch(/^node cli\/run\.mjs cli\//)
        expect(scripts.build).toMatch(/^npm run --silent configure && /)
    })
})

describe("files and folders that cannot be written", () => {
    test("npm run configure names the path and the reason", async () => {
        const copy = await ProjectCopy.make()
        await rm(copy.path("src/generated"), { recursive: true, force: true })
        await writeFile(copy.path("src/generated"), "in the way")
        const { code, stderr } = await copy.command("cli/configure.ts", "--no-settings").ended
        expect(stderr).toMatch(/^src\/generated.*: (something else has this name|the part before)/)
        expect(stderr).not.toMatch(/^\s+at /m)
        expect(code).toBe(1)
        await copy.remove()
    })

    test.each([
        ["nowhere/device.flash", /^npm start: --flash nowhere\/device\.flash: no such file or folder; check/],
        ["sim", /^npm start: --flash sim: this is a folder/],
        ["package-lock.flash", /^npm start: --flash package-lock\.flash: this is not the flash/],
    ])("npm start -- --flash %s names the reason", async (file, words) => {
        if (file.endsWith("lock.flash")) await writeFile(project.path(file), Buffer.alloc(300_000))
        const { code, stderr } = await project.start("--flash", file, "--seconds", "1").ended
        expect(stderr).toMatch(words)
        expect(code).toBe(1)
    })
})

test("--flash keeps the device's flash between runs", async () => {
    const file = project.path("device.flash")
    const run = () =>
        project.start("--flash", "device.flash", "--speed", "60", "--no-page", "--seconds", "60").ended
    const value = async (key: string) => String(storedSettings(await readFile(file)).get(key) ?? "")
    expect((await run()).code).toBe(0)
    expect(await value("EMON_NODE")).toBe('"emonscript"')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    // A setting that no run writes.
    const device = new Map([["NOTE", "of an earlier run"]])
    await writeFile(file, storageImage({ bytecode: new Uint8Array(32), settings: { device } }))
    expect((await run()).code).toBe(0)
    expect(await value("NOTE")).toBe('"of an earlier run"')
    expect(await value("EMON_NODE")).toBe('"emonscript"')
})

describe("colors", () => {
    /** Runs the command in a terminal that Python makes. */
    const inTerminal = async (environment: string) => {
        const python = `python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])'`
        const { stdout } = await shell(
            `env ${environment} TERM=xterm ${python} ${node} cli/start/main.ts --no-page --speed 60 --seconds 5 < /dev/null`,
        )
        expect(stdout).toContain("Meter:")
        return stdout
    }
    const COLOUR = "\x1b[3"

    test("are used in a terminal, but not with NO_COLOR", async () => {
        expect(await inTerminal("-u NO_COLOR")).toContain(COLOUR)
        expect(await inTerminal("NO_COLOR=1")).not.toContain(COLOUR)
    })

    test("are never used in a pipe", async () => {
        const { stdout } = await shell(`${node} cli/start/main.ts --no-page --speed 60 --seconds 5 | cat`)
        expect(stdout).toContain("Meter:")
        expect(stdout).not.toContain("\x1b")
    })
})
