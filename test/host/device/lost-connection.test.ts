import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { afterEach, expect, test } from "vitest"
import { BusPort, type OpenBus } from "../../../sim/bus/bus-port"
import { projectRoot } from "../../../tools/project"
import { hasBrowser, TestBrowser } from "../page/browser"
import { counted, PATIENCE_MS, until } from "../page/page-view"
import { closeOpenHouses, OpenHouse } from "./open-house"

let command: ChildProcess | undefined

afterEach(async () => {
    command?.kill("SIGKILL")
    await closeOpenHouses()
})

/** Starts `npm run device`, and waits until it prints a line with this text, which it returns. */
async function started(text: string, port: number, ...args: string[]): Promise<string> {
    const line = ["cli/run.mjs", "cli/device/main.ts", "--port", String(port), ...args]
    command = spawn(process.execPath, line, { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] })
    for await (const printed of createInterface(command.stdout!)) if (printed.includes(text)) return printed
    throw new Error(`It ended without printing "${text}".`)
}

test("log --follow ends when the device is gone", async () => {
    const { house } = await OpenHouse.build()
    const port = await BusPort.open(house.simulation, house.clock, 0)
    await started(" info ", port.port, "log", "--follow")
    const ended = once(command!, "exit")
    const said = once(command!.stderr!, "data")
    await port.close()
    expect(String(await said)).toBe(
        "npm run device: the connection to the device is lost; check its cable and power, and start again\n",
    )
    expect(await ended).toEqual([1, null])
})

test("the page looks for a lost device until Ctrl-C, on one connection at a time", async () => {
    const { house } = await OpenHouse.build()
    const first = await BusPort.open(house.simulation, house.clock, 0)
    await started("Live page: ", first.port, "page")
    await first.close()
    let members = 0
    let twice = () => {}
    const joinedTwice = new Promise<void>(resolve => {
        twice = resolve
    })
    let joined = 0
    const deserted: OpenBus = {
        join() {
            members++
            if (++joined === 2) twice()
            return { send() {}, leave: () => void members-- }
        },
    }
    const port = await BusPort.open(deserted, house.clock, first.port)
    await joinedTwice
    expect(members).toBe(1)
    const ended = once(command!, "exit")
    command!.kill("SIGINT")
    expect(await ended).toEqual([0, null])
    await port.close()
})

test.runIf(hasBrowser)("the page goes on when the device is back", async () => {
    const { house } = await OpenHouse.build()
    const first = await BusPort.open(house.simulation, house.clock, 0)
    const printed = await started("Live page: ", first.port, "page")
    const browser = await TestBrowser.open()
    try {
        const page = await browser.page(printed.replace("Live page: ", ""))
        const health = (text: string) =>
            page.locator("#health", { hasText: text }).waitFor({ timeout: PATIENCE_MS })
        await health("All well")
        await first.close()
        await health("The connection to the device has ended")
        const again = await BusPort.open(house.simulation, house.clock, first.port)
        await health("All well")
        const before = await counted(page, "Readings taken")
        await until("more readings", async () => (await counted(page, "Readings taken")) > before)
        const ended = once(command!, "exit")
        command!.kill("SIGINT")
        expect(await ended).toEqual([0, null])
        await again.close()
    } finally {
        await browser.close()
    }
})
