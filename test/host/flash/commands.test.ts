import { readFile, stat, symlink, writeFile } from "node:fs/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ROM_KINDS, StandInBootRom } from "../../../sim/chip/boot-rom"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { chipKind } from "../../../tools/flash/chip-kind"
import { type Outcome, ProjectCopy } from "../start/npm-start"
import { madeUpFirmware } from "./made-up-firmware"

const KEY = "0123456789abcdef0123456789abcdef"
const ENV = `EMON_URL=http://127.0.0.1/emoncms\nEMON_KEY=${KEY}\nWIFI_SSID=home\nWIFI_PWD=long enough\n`
let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make({ ".env.local": ENV })
    await writeFile(project.path("firmware.bin"), madeUpFirmware(chipKind("esp32")!))
    await symlink(".env.local", project.path("link.bin"))
    await writeFile(project.path("c3.bin"), madeUpFirmware(chipKind("esp32c3")!))
})

afterAll(() => project.remove())

async function run(script: string, ...args: string[]): Promise<Outcome> {
    const outcome = await project.command(script, ...args).ended
    expect(outcome.stdout + outcome.stderr).not.toContain(KEY)
    expect(outcome.stderr).not.toMatch(/^\s+at /m)
    return outcome
}

describe("npm run image", () => {
    const image = (...args: string[]) => run("cli/image.ts", ...args)

    test("writes an image of the whole chip and a manifest", async () => {
        const args = ["--out", "chip.bin", "--firmware", "firmware.bin", "--manifest", "manifest.json"]
        const { code, stdout, stderr } = await image(...args)
        expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining("Keep it private") })
        expect(stdout).toBe(
            "chip.bin: 2,097,152 bytes for ESP32: firmware v2.16.1, program, settings and WiFi. Write it to the flash at 0x0.\n",
        )
        const whole = await readFile(project.path("chip.bin"))
        const stored = storedSettings(whole.subarray(0x1c0000))
        expect(Buffer.from(stored.get("EMON_URL")!).toString()).toBe('"http://127.0.0.1/emoncms"')
        expect((await stat(project.path("chip.bin"))).mode & 0o777).toBe(0o600)
        expect(JSON.parse(await readFile(project.path("manifest.json"), "utf8")).builds[0].parts).toEqual([
            { path: "chip.bin", offset: 0 },
        ])
    })

    test("needs a board, a key and a network", async () => {
        const line = { driver: "jacdac-serial" }
        const meters = [{ name: "heatpump", model: "pzem-016", address: 1 }]
        const bare = await ProjectCopy.make({ "devicescript.json": JSON.stringify({ line, meters }) })
        const args = ["--out", "chip.bin", "--firmware", project.path("firmware.bin")]
        const image = () => bare.command("cli/image.ts", ...args).ended
        const first = await image()
        expect(first.stderr).toContain(
            "EMON_KEY and WIFI_SSID are missing in .env.local; the device would upload nothing",
        )
        expect(first.code).toBe(1)
        await writeFile(bare.path(".env.local"), ENV)
        const second = await image()
        expect(second.stderr).toContain("devicescript.json names no board, so the chip is unknown")
        expect(second.code).toBe(1)
        await bare.remove()
    })

    test("writes only program, settings and WiFi", async () => {
        const { code, stdout } = await image("--out", "own.bin", "--settings-only")
        expect(code).toBe(0)
        expect(stdout).toContain("own.bin: 262,144 bytes")
        expect(stdout).toContain("0x1c0000")
    })

    test.each<[string, string]>([
        ["", "required option '--out <file>'"],
        ["--out x --settings-only --firmware firmware.bin", "--settings-only writes no firmware"],
        ["--out x --manifest ./x", "give them different names"],
        ["--out .env.local --settings-only", "--out .env.local: this would replace a file"],
        ["--out x --manifest devicescript.json", "--manifest devicescript.json: this would replace a file"],
        ["--out firmware.bin --firmware ./firmware.bin", "--out firmware.bin: this would replace a file"],
        ["--out link.bin --settings-only", "--out link.bin: this would replace a file"],
        ["--out meters/pzem-016.json --settings-only", "pzem-016.json: this would replace a file"],
        ["--out x --firmware c3.bin", "c3.bin is not for an ESP32"],
        ["--out x --firmware none.bin", "none.bin cannot be read (ENOENT)"],
        ["--out nowhere/x --firmware firmware.bin", "nowhere/x cannot be written (ENOENT)"],
    ])("%s", async (line, words) => {
        const { code, stderr } = await image(...line.split(" ").filter(Boolean))
        expect(stderr).toContain(words)
        expect(code).toBe(1)
    })
})

describe("npm run deploy", () => {
    test("sets up a new chip, but does not replace unidentified firmware", async () => {
        const clock = new VirtualClock(1, Date.now())
        const rom = new StandInBootRom(ROM_KINDS.esp32)
        const chip = new StandInChip({ clock, bootRom: rom, networks: { home: "long enough" } })
        const args = ["--port", await chip.plugIn(), "--flash", "--firmware", "firmware.bin", "--no-follow"]
        const { code, stdout, stderr } = await run("cli/deploy.ts", ...args)
        expect({ code, stderr }).toEqual({
            code: 0,
            stderr: expect.stringContaining("Writing firmware v2.16.1"),
        })
        expect(stdout).toMatch(/^Device \w+ runs program [0-9a-f]{12}\.\n$/)
        expect(chip.wifi.stored).toEqual({ ssid: "home", password: "long enough" })
        await chip.pullOut()

        rom.reset()
        rom.flash.fill(0x33, 0x10000, 0x20000)
        const again = new StandInChip({ clock, bootRom: rom })
        args[1] = await again.plugIn()
        const kept = await run("cli/deploy.ts", ...args)
        expect(kept.stderr).toContain("Unidentified firmware is on the chip. Nothing was changed")
        expect(kept.code).toBe(1)
        await again.pullOut()
        clock.stop()
    })

    test("waits until readings are accepted, or the cable is pulled", async () => {
        const program = (text: string) =>
            `import { sleep } from "@devicescript/core"\nwhile (true) { await sleep(50); console.log("${text}") }`
        const other = await ProjectCopy.make({
            ".env.local": ENV,
            "src/main.ts": program("1 reading accepted"),
        })
        const clock = new VirtualClock(1, Date.now())
        const chip = new StandInChip({ clock })
        const deploy = (path: string) => other.command("cli/deploy.ts", "--port", path)
        const accepted = await deploy(await chip.plugIn()).ended
        expect(accepted.stdout).toMatch(/1 reading accepted\nEmonCMS has accepted the first readings\.\n$/)
        expect(accepted.code).toBe(0)
        await chip.pullOut()

        await writeFile(other.path("src/main.ts"), program("1 reading waits"))
        const waiting = deploy(await chip.plugIn())
        await waiting.printed("1 reading waits")
        await chip.pullOut()
        const { code, stderr } = await waiting.ended
        expect(stderr).toMatch(/EmonCMS accepted no readings before the port was disconnected\.\n$/)
        expect(code).toBe(1)
        clock.stop()
        await other.remove()
    })

    test.each<[string, string]>([
        ["--firmware firmware.bin", "--firmware and --replace need --flash"],
        ["--flash --firmware c3.bin --port /dev/ttyNone", "c3.bin is not for an ESP32"],
        ["--flash --firmware firmware.bin --port /dev/ttyNone", "/dev/ttyNone: there is no such port"],
    ])("%s", async (line, words) => {
        const { code, stderr } = await run("cli/deploy.ts", ...line.split(" "))
        expect(stderr).toContain(words)
        expect(code).toBe(1)
    })
})
