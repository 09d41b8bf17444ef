import { afterEach, describe, expect, test } from "vitest"
import { LivePage } from "../../../tools/page/live-page"
import { PageServer } from "../../../tools/page/page-server"
import { hasBrowser, TestBrowser } from "./browser"

const ends: (() => unknown)[] = []

afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
})

/** The page of a device with one meter. */
async function serve(meter: string, port = 0): Promise<PageServer> {
    const live = new LivePage(() => Date.now(), undefined)
    ends.push(() => live.close())
    live.meters([meter])
    return PageServer.open(live, port)
}

describe.runIf(hasBrowser)("an open page", () => {
    test("says that the command has ended, and comes back when it is started again, with a new token", async () => {
        const first = await serve("heatpump")
        const browser = await TestBrowser.open()
        ends.push(() => browser.close())
        const page = await browser.page(first.url)
        await page.getByRole("heading", { name: "heatpump · Power" }).waitFor()
        const inVain = page.waitForEvent("requestfailed")
        await first.close()
        await page.locator("#health", { hasText: /^No connection: npm start .* Start it again/ }).waitFor()
        await inVain
        const second = await serve("boiler", first.port)
        ends.push(() => second.close())
        await page.getByRole("heading", { name: "boiler · Power" }).waitFor()
        await page.locator("#health", { hasText: "No contact with the device yet" }).waitFor()
        expect(browser.complaints.filter(text => !/ERR_CONNECTION|WebSocket/.test(text))).toEqual([])
    })
})
