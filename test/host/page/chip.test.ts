import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { deploy } from "../../../tools/deploy/deploy"
import { openChip } from "../../../tools/deploy/find-chip"
import { Device } from "../../../tools/device/device"
import { buildImage } from "../../../tools/image"
import { projectRoot } from "../../../tools/project"
import { hasBrowser, TestBrowser } from "./browser"

const PATIENCE_MS = 60_000

/** Nothing answers on this line: the stand-in for a chip has no pins. */
const config = {
    line: { driver: "jacdac-serial" as const },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
}
const settings = {
    device: new Map([
        ["EMON_URL", "http://127.0.0.1:1/emoncms"],
        ["EMON_KEY", "0123456789abcdef0123456789abcdef"],
    ]),
}

/* These tests use a stand-in for the chip, which was never compared with a real one; see `sim/chip/stand-in-chip.ts`. */
describe.runIf(hasBrowser)("the live page of a chip at a serial port", () => {
    const clock = new VirtualClock(1, Date.now())
    const chip = new StandInChip({ clock })
    let browser: TestBrowser
    let command: ChildProcess
    let url: string

    beforeAll(async () => {
        const path = await chip.plugIn()
        const bus = await openChip(path)
        const { bytecode } = await buildImage({ config })
        await deploy(await Device.find(bus.bus), { bytecode, settings }, () => {})
        await bus.close()
        const args = ["cli/run.mjs", "cli/device/main.ts", "--serial", path, "page"]
        command = spawn(process.execPath, args, {
            cwd: projectRoot,
            stdio: ["ignore", "pipe", "inherit"],
        })
        const [line] = await once(createInterface(command.stdout!), "line")
        url = /^Live page: (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line)![1]!
        browser = await TestBrowser.open()
    })
    afterAll(async () => {
        await browser?.close()
        command?.kill("SIGKILL")
        await chip.pullOut()
        clock.stop()
    })

    test("shows the chip's meter, program, queue, clock and log", async () => {
        const page = await browser.page(url)
        await page.getByRole("heading", { name: "heatpump · Power" }).waitFor({ timeout: PATIENCE_MS })
        await page.getByText(/^Started \d+ s ago/).waitFor({ timeout: PATIENCE_MS })
        const fact = (name: string) =>
            page.locator("#facts div", { hasText: name }).locator("dd").textContent()
        expect(await fact("Blocks in flash")).toBe("0 of 21")
        expect(await fact("Readings in doubt")).toBe("0")
        expect(await fact("Clock")).toBe("not known yet")
        await page.locator("#log .warning, #log .error").first().waitFor({ timeout: PATIENCE_MS })
        // The page of a chip offers no faults and no speed, and does not know what the meter shows.
        expect(await page.locator("#faults").isVisible()).toBe(false)
        expect(await page.locator("#speed").isVisible()).toBe(false)
        expect(await page.locator("#legend li").allTextContents()).toEqual(["read by the device"])
        await page.close()
    })

    test("reports a silent chip, and finds it again", async () => {
        const page = await browser.page(url)
        chip.device.powerOff()
        await page
            .getByText(/^The (device|program on device \w+) does not answer/)
            .waitFor({ timeout: PATIENCE_MS })
        await chip.device.powerOn()
        await page
            .locator("#health", { hasText: "Setting EMON_NODE: missing" })
            .waitFor({ timeout: PATIENCE_MS })
        await page.close()
    })

    test("ends on Ctrl-C", async () => {
        const ended = once(command, "exit")
        command.kill("SIGINT")
        expect(await ended).toEqual([0, null])
        expect(browser.complaints.filter(text => !/ERR_CONNECTION|WebSocket/.test(text))).toEqual([])
    })
})
