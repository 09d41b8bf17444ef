import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { hasBrowser, TestBrowser } from "./browser"
import { PageHouse } from "./page-house"
import { counted, curve, PATIENCE_MS, until } from "./page-view"

const SPEED = 30

describe.runIf(hasBrowser)("clicks on the live page", () => {
    let house: PageHouse
    let browser: TestBrowser
    let page: Page

    beforeAll(async () => {
        house = await PageHouse.build(SPEED)
        browser = await TestBrowser.open()
        page = await browser.page(house.url)
        page.setDefaultTimeout(PATIENCE_MS)
        await page.locator("#health", { hasText: "All well" }).waitFor()
    })
    afterAll(async () => {
        await browser?.close()
        await house?.takeDown()
    })

    /** Starts a fault with a click, waits until the page shows its effect, and ends it with another click. */
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

    test("Power cut shows that the device does not answer", async () => {
        await whileOn("Power cut", seen("#health", "The device does not answer"))
    })

    test("Reset restarts the program, and the page shows why", async () => {
        await page.getByRole("button", { name: "Reset" }).click()
        await page.locator("#started", { hasText: /^Started [1-5]?\d s ago: powered on/ }).waitFor()
    })

    test("the link opens the data in EmonCMS", async () => {
        const link = page.getByRole("link", { name: "Data in EmonCMS" })
        const opened = page.context().waitForEvent("page")
        await link.click()
        const overview = await opened
        await overview.getByRole("cell", { name: "power", exact: true }).first().waitFor()
        expect(await overview.locator("table").nth(1).locator("tbody tr").count()).toBeGreaterThan(0)
        await overview.close()
    })

    test("a speed button changes the speed of time", async () => {
        await page.locator("#speed label", { hasText: "60×" }).first().click()
        await expect.poll(() => house.rig.clock.speed).toBe(60)
    })

    test("Play starts a scenario, and Stop ends it", async () => {
        const scenario = await page.locator("#scenario option").first().getAttribute("value")
        await page.locator("#scenario").selectOption(scenario)
        await page.getByRole("button", { name: "Play" }).click()
        await page.locator("#scenario-progress").waitFor({ state: "visible" })
        await page.getByRole("button", { name: "Stop" }).click()
        await page.locator("#scenario-progress").waitFor({ state: "hidden" })
    })

    test("a scenario that cannot run here says why, and the words go when another one starts", async () => {
        const failure = page.locator("#failure")
        await page.locator("#scenario").selectOption("random-14d.json")
        await page.getByRole("button", { name: "Play" }).click()
        await failure.filter({ hasText: "does not support another-writer" }).waitFor()
        await page.locator("#scenario").selectOption("outage-1h.json")
        await page.getByRole("button", { name: "Play" }).click()
        await page.getByRole("button", { name: "Stop" }).click()
        await page.getByRole("button", { name: "Play" }).waitFor()
        expect(await failure.textContent()).toBe("")
    })

    const readings = async (count: number) => {
        const before = await counted(page, "Readings taken")
        await until("more readings", async () => (await counted(page, "Readings taken")) >= before + count)
    }

    test("messages move in the program's picture only while it is in view", async () => {
        const picture = page.locator("#picture")
        await picture.scrollIntoViewIfNeeded()
        await picture.locator(".dots i").first().waitFor()
        await page.setViewportSize({ width: 1280, height: 400 })
        await page.evaluate("scrollTo(0, 0)")
        await until("none on its way", async () => (await picture.locator(".dots i").count()) === 0)
        const dots = await page.evaluateHandle(`(() => {
            const dots = document.querySelector("#picture .dots")
            const seen = []
            new MutationObserver(changes => seen.push(...changes)).observe(dots, { childList: true })
            return seen
        })()`)
        await readings(5)
        expect(await dots.evaluate(seen => (seen as unknown[]).length)).toBe(0)
        await page.setViewportSize({ width: 1280, height: 900 })
    })

    test("a hidden page does not update, and catches up when it is shown", async () => {
        const hide = (hidden: boolean) =>
            page.evaluate(`
                Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} })
                document.dispatchEvent(new Event("visibilitychange"))
            `)
        const shown = async () => [
            await page.locator("#clock").textContent(),
            await page.locator("#log p").last().textContent(),
        ]
        await hide(true)
        const before = await shown()
        const { t } = await curve(page, "read")
        await until("more readings", async () => (await curve(page, "read")).t.length >= t.length + 3)
        expect(await shown()).toEqual(before)
        await hide(false)
        const [clock, line] = await shown()
        expect(clock).not.toBe(before[0])
        expect(line).not.toBe(before[1])
    })

    test("the log can be filtered by level and by source", async () => {
        await page.locator("#log-level").selectOption({ label: "notice" })
        await page.locator("#log .notice").first().waitFor()
        expect(await page.locator("#log .info").count()).toBe(0)
        await page.locator("#log-level").selectOption({ label: "debug" })
        await page.locator("#log-source").selectOption("heatpump")
        await page.locator("#log .info").first().waitFor()
        expect([...new Set(await page.locator("#log b").allTextContents())]).toEqual(["heatpump"])
    })

    test("the price sets the cost of today's energy", async () => {
        await page.locator("#energy input").fill("1000")
        const today = async () => {
            const cells = await page.locator("#energy tr > :nth-child(-n + 2)").allTextContents()
            const after = (title: string) => cells[cells.findIndex(text => text.includes(title)) + 1]!
            return ["heatpump", "Cost"].map(title => Number(after(title).replace(/[^\d.]/g, "")))
        }
        await until("some energy", async () => (await today())[0]! > 0)
        const [energy, cost] = (await today()) as [number, number]
        expect(cost / 1000).toBeCloseTo(energy, 1)
    })

    describe("the chart", () => {
        /** The time under a place of the chart, 0 to 1 from the left, as the page writes it. */
        async function timeAt(part: number): Promise<string> {
            const { x, y, width, height } = (await page.locator(".u-over").boundingBox())!
            await page.mouse.move(x + width * part, y + height / 2)
            return (await page.locator("#readout", { hasText: /\d/ }).textContent())!.slice(0, 8)
        }

        /** The time span of the chart's middle, in s. */
        async function span(): Promise<number> {
            const [from, to] = [await timeAt(0.1), await timeAt(0.9)].map(
                time => Date.parse(`2026-01-01T${time}Z`) / 1000,
            )
            return (to! - from! + 86_400) % 86_400
        }

        test("is zoomed in by dragging, and out by a double click", async () => {
            const { x, y, width, height } = (await page.locator(".u-over").boundingBox())!
            const before = await timeAt(0.95)
            await page.mouse.move(x + width * 0.2, y + height / 2)
            await page.mouse.down()
            await page.mouse.move(x + width * 0.4, y + height / 2, { steps: 4 })
            await page.mouse.up()
            expect((await timeAt(0.95)) < before).toBe(true)
            await page.mouse.dblclick(x + width * 0.5, y + height / 2)
            expect((await timeAt(0.95)) >= before).toBe(true)
        })

        test("is zoomed by the wheel with Ctrl or Shift; without them the page scrolls", async () => {
            async function wheel(key: "Control" | "Shift", delta: number): Promise<void> {
                await page.keyboard.down(key)
                await page.mouse.wheel(0, delta)
                await page.keyboard.up(key)
            }
            await wheel("Control", -100)
            const before = await span()
            await wheel("Control", -100)
            await until("a shorter span", async () => Math.abs((await span()) - before * 0.8) <= 2)
            await wheel("Shift", 100)
            await until("the span of before", async () => Math.abs((await span()) - before) <= 2)
            await page.mouse.wheel(0, 100)
            await until("a scrolled page", async () => Number(await page.evaluate("scrollY")) > 0)
            expect(Math.abs((await span()) - before)).toBeLessThanOrEqual(2)
            await page.evaluate("scrollTo(0, 0)")
        })

        test("shows the range that is chosen, and no longer what was zoomed", async () => {
            house.rig.clock.speed = 600
            await until("readings of twenty minutes", async () => {
                const { t } = await curve(page, "read")
                return t.at(-1)! - t[0]! > 1200
            })
            house.rig.clock.speed = SPEED
            const choose = (range: string) => page.locator("#range label", { hasText: range }).click()
            await choose("15 min")
            expect(Math.abs((await span()) - 0.8 * 900)).toBeLessThanOrEqual(15)
            await choose("All")
            expect(await span()).toBeGreaterThan(0.8 * 1200)
        })
    })

    test("the page reports no errors", () => {
        expect(browser.complaints).toEqual([])
    })
})
