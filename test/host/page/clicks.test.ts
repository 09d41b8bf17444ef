import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { hasBrowser, TestBrowser } from "./browser"
import { PageHouse } from "./page-house"

const SPEED = 30
const PATIENCE_MS = 60_000

describe.runIf(hasBrowser)("what a click on the live page does", () => {
    let house: PageHouse
    let browser: TestBrowser
    let page: Page

    beforeAll(async () => {
        house = await PageHouse.build(SPEED)
        browser = await TestBrowser.open()
        page = await browser.page(house.url)
        page.setDefaultTimeout(PATIENCE_MS)
        await page.locator("#health", { hasText: "Well" }).waitFor()
    })
    afterAll(async () => {
        await browser?.close()
        await house?.takeDown()
    })

    /** Clicks on a fault, waits for what the page shows of it, and ends it with another click. */
    async function whileOn(name: string, shows: () => Promise<unknown>): Promise<void> {
        const button = page.getByRole("button", { name, exact: true })
        await button.click()
        await page.locator('button[aria-pressed="true"]', { hasText: name }).waitFor()
        try {
            await shows()
        } finally {
            await button.click()
        }
        await page.locator('button[aria-pressed="false"]', { hasText: name }).waitFor()
    }

    const seen = (place: string, text: string | RegExp) => () =>
        page.locator(place, { hasText: text }).first().waitFor()

    test("Power cut", async () => {
        await whileOn("Power cut", seen("#health", "The device is silent"))
    })

    test("Reset: the program starts again, and tells why", async () => {
        await page.getByRole("button", { name: "Reset" }).click()
        await page.locator("#started", { hasText: /^Started [1-5]?\d s ago: the power came/ }).waitFor()
    })

    test("the link to what EmonCMS has", async () => {
        const link = page.getByRole("link", { name: "What EmonCMS has" })
        const opened = page.context().waitForEvent("page")
        await link.click()
        const overview = await opened
        await overview.getByRole("cell", { name: "power", exact: true }).first().waitFor()
        expect(await overview.locator("table").nth(1).locator("tbody tr").count()).toBeGreaterThan(0)
        await overview.close()
    })

    test("the speed of time", async () => {
        await page.locator("#speed label", { hasText: "60×" }).first().click()
        await expect.poll(() => house.clock.speed).toBe(60)
    })

    test("a scenario plays, and can be stopped", async () => {
        const scenario = await page.locator("#scenario option").first().getAttribute("value")
        await page.locator("#scenario").selectOption(scenario)
        await page.getByRole("button", { name: "Play" }).click()
        await page.locator("#scenario-progress").waitFor({ state: "visible" })
        await page.getByRole("button", { name: "Stop" }).click()
        await page.locator("#scenario-progress").waitFor({ state: "hidden" })
    })

    test("the log by level and by source", async () => {
        await page.locator("#log-level").selectOption({ label: "notice" })
        await page.locator("#log .notice").first().waitFor()
        expect(await page.locator("#log .info").count()).toBe(0)
        await page.locator("#log-level").selectOption({ label: "debug" })
        await page.locator("#log-source").selectOption("heatpump")
        await page.locator("#log .info").first().waitFor()
        expect([...new Set(await page.locator("#log b").allTextContents())]).toEqual(["heatpump"])
    })

    test("the price", async () => {
        await page.locator("#energy input").fill("1000")
        const cells = (row: string) => page.locator("#energy tr", { hasText: row }).locator("td").first()
        const [energy, cost] = [await cells("heatpump").textContent(), await cells("Cost").textContent()]
        const number = (text: string | null) => Number(text!.replace(/[^\d.]/g, ""))
        expect(number(cost) / 1000).toBeCloseTo(number(energy), 1)
        expect(number(energy)).toBeGreaterThan(0)
    })

    test("the chart: a part of it, and all of it again", async () => {
        const over = page.locator(".u-over")
        const box = (await over.boundingBox())!
        const y = box.y + box.height / 2
        const timeAt = async (part: number) => {
            await page.mouse.move(box.x + box.width * part, y)
            return (await page.locator("#readout", { hasText: /\d/ }).textContent())!.slice(0, 8)
        }
        const before = await timeAt(0.95)
        await page.mouse.move(box.x + box.width * 0.2, y)
        await page.mouse.down()
        await page.mouse.move(box.x + box.width * 0.4, y, { steps: 4 })
        await page.mouse.up()
        expect((await timeAt(0.95)) < before).toBe(true)
        await page.mouse.dblclick(box.x + box.width * 0.5, y)
        expect((await timeAt(0.95)) >= before).toBe(true)
    })

    test("the page complains about nothing", () => {
        expect(browser.complaints).toEqual([])
    })
})
