import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { chipKind } from "../../../tools/flash/chip-kind"
import { madeUpFirmware } from "../flash/made-up-firmware"
import { ProjectCopy } from "../start/npm-start"
import { atTerminal, CTRL_C, DOWN, ENTER } from "./at-terminal"

const KEY = "0123456789abcdef0123456789abcdef"
const SETTINGS = `EMON_URL=http://127.0.0.1:9\nEMON_KEY=${KEY}\nWIFI_SSID=home\n`

/** What a search at an adapter prints. */
const SEARCHED = "searched"

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make({
        ".env.local": SETTINGS,
        "cli/start/main.ts": `import { readFileSync } from "node:fs"\nconsole.log(readFileSync("${SEARCHED}", "utf8"))\n`,
    })
    const ports = project.path("tools/serial-ports.ts")
    const source = await readFile(ports, "utf8")
    // This computer's ports are those that the test makes.
    await writeFile(project.path("firmware.bin"), madeUpFirmware(chipKind("esp32")!))
    await writeFile(ports, source.replace('"/sys/class/tty"', JSON.stringify(project.path("tty"))))
})

beforeEach(async () => {
    await mkdir(project.path("tty"))
    await plugIn("ttyACM0", "303a", "USB JTAG")
    await plugIn("ttyUSB0", "1a86", "USB Serial")
})

afterEach(async () => {
    for (const name of ["tty", "usb", SEARCHED])
        await rm(project.path(name), { recursive: true, force: true })
})

afterAll(() => project.remove())

/** Connects a USB device as Linux shows it. There is nothing behind its port. */
async function plugIn(name: string, idVendor: string, product: string): Promise<void> {
    const device = project.path(`usb/${name}`)
    await mkdir(join(device, "interface/tty", name), { recursive: true })
    for (const [fact, text] of Object.entries({ idVendor, idProduct: "0001", product }))
        await writeFile(join(device, fact), `${text}\n`)
    await symlink(join(device, "interface/tty", name), project.path(`tty/${name}`))
}

describe("the set-up searches for meters", () => {
    const setUp = (...args: string[]) =>
        atTerminal(project, "cli/setup/main.ts", "--skip", "emoncms", "reading", ...args)

    const finds = (...said: string[]) =>
        writeFile(project.path(SEARCHED), `Searching.\n${JSON.stringify({ done: true, said })}`)

    test("at an adapter, and offers what it has found", async () => {
        await finds(
            'address 7: a meter that is not configured, a sdm630; for devicescript.json: {"name":"x"}',
        )
        const terminal = setUp("--no-device", "--emoncms", "http://127.0.0.1:9", "--key", KEY)
        await terminal.answer("Search for the meters?", DOWN + ENTER)
        await terminal.answer("What should the meter be called?", ENTER)
        await terminal.answer("Its model", ENTER)
        await terminal.answer("Its address", ENTER)
        await terminal.answer("Is there another meter", "n")
        await terminal.answer("What do you measure?", CTRL_C)
        expect(await terminal.ended).toBe(130)
        const shown = stripVTControlCharacters(terminal.shown)
        expect(shown).toContain("Meters answer at 7 (sdm630).")
        // What Enter has accepted.
        expect(shown).toMatch(/◇ {2}Its model, as printed on the meter\r\n│ {2}sdm630\r\n/)
        expect(shown).toMatch(/◇ {2}Its address on the line \(1 for a new meter\)\r\n│ {2}7\r\n/)
    })

    test.each<[string, string[] | undefined, string]>([
        ["finds it", ["address 1: heatpump"], "Meters answer at 1."],
        ["finds nothing", [], "No meter answers. Run npm start -- --diagnose"],
        ["fails", undefined, "/dev/ttyUSB0 cannot be used. Is another program using it?"],
    ])("and keeps the known meter when it %s", async (_, said, words) => {
        if (said) await finds(...said)
        const terminal = setUp("--no-device")
        await terminal.answer("Search for the meters?", DOWN + ENTER)
        await terminal.answer("The meters are: heatpump (pzem-016, address 1). Is that right?", CTRL_C)
        expect(await terminal.ended).toBe(130)
        expect(terminal.shown).toContain(words)
    })

    test("at a chip, and says why it cannot", async () => {
        const terminal = setUp("--port", "/dev/ttyACM0")
        await terminal.answer("Which board is it?", ENTER)
        await terminal.answer("How does it reach the meters?", ENTER)
        await terminal.answer("Search for the meters?", DOWN + DOWN + ENTER)
        await terminal.answer("Is that right?", CTRL_C)
        expect(await terminal.ended).toBe(130)
        expect(terminal.shown).toContain("/dev/ttyACM0: there is no such port")
    })
})

describe("a deployment with --flash", () => {
    const SCRIPT = "cli/deploy.ts"
    const ARGS = ["--flash", "--firmware", "firmware.bin"]
    const SEVERAL = "choose the board's port with --port: /dev/ttyACM0 (USB JTAG), /dev/ttyUSB0 (USB Serial)"

    test("asks which of several ports is the board's", async () => {
        async function answer(keys: string): Promise<string> {
            const terminal = atTerminal(project, SCRIPT, ...ARGS)
            await terminal.answer("Which one is the board?", keys)
            expect(await terminal.ended).toBe(1)
            return terminal.shown
        }
        expect(await answer(DOWN + ENTER)).toContain("/dev/ttyUSB0: there is no such port")
        expect(await answer(CTRL_C)).toContain(SEVERAL)
    })

    test("without a terminal uses the only port, and names several", async () => {
        const stderr = async () => (await project.command(SCRIPT, ...ARGS).ended).stderr
        expect(await stderr()).toContain(SEVERAL)
        await rm(project.path("tty/ttyACM0"))
        expect(await stderr()).toContain("/dev/ttyUSB0: there is no such port")
        await rm(project.path("tty/ttyUSB0"))
        await plugIn("ttyUSB7", "abcd", "A modem")
        expect(await stderr()).toContain("no USB serial port was found")
    })
})

test("a deployment without --port tries the USB ports that may be a chip's, and no others", async () => {
    const stderr = async () => (await project.command("cli/deploy.ts").ended).stderr
    await plugIn("ttyUSB7", "abcd", "A modem")
    expect(await stderr()).toContain(
        "npm run deploy: DeviceScript does not answer at /dev/ttyACM0, /dev/ttyUSB0; write the firmware with --flash",
    )
    await rm(project.path("tty/ttyACM0"))
    await rm(project.path("tty/ttyUSB0"))
    expect(await stderr()).toContain("npm run deploy: no USB serial port was found; connect the board")
})

test("asks which of several chips to use, and whether to replace firmware; without a terminal it does neither", async () => {
    const script = "cli/ask.ts"
    await writeFile(
        project.path(script),
        `import { chooseChip, mayReplace } from "./ask-chip"
const chosen = await chooseChip(["/dev/ttyACM0", "/dev/ttyS9"]).catch(error => error.message)
console.log(\`chosen: \${chosen}, replace: \${(await mayReplace("Tasmota")) ? "yes" : "no"}\`)`,
    )
    const terminal = atTerminal(project, script)
    await terminal.answer("Which one is the chip?", DOWN + ENTER)
    await terminal.answer("Tasmota is on the chip. Replace it with DeviceScript's stock firmware?", "y")
    await terminal.ended
    expect(terminal.shown).toContain("chosen: /dev/ttyS9, replace: yes")
    const { stdout } = await project.command(script).ended
    expect(stdout).toBe(
        "chosen: there are several chips; choose one with --port: /dev/ttyACM0, /dev/ttyS9, replace: no\n",
    )
})
