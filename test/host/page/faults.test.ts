import type { Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { faultyProgram } from "../../../tools/faulty-program/faulty-program"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { hasBrowser, TestBrowser } from "./browser"
import { PageHouse } from "./page-house"
import { counted, curve, PATIENCE_MS, until } from "./page-view"

/** The highest speed that the page offers: the program rests for minutes between its attempts. */
const SPEED = 600
/** Slow enough that the page still lists the first upload once a browser has opened it, however long that takes. */
const START_SPEED = 10
/** How many waiting readings make a backlog, and how many are usual between two uploads. */
const MANY = 25
const USUAL = 3
const POLL_S = 10

describe.runIf(hasBrowser)("faults on the live page", () => {
    let house: PageHouse
    let browser: TestBrowser
    let page: Page

    beforeAll(async () => {
        // Compiles in advance: while the program is compiled, time on the page stands still.
        await faultyProgram.build(defaultConfig)
        house = await PageHouse.build(START_SPEED)
        browser = await TestBrowser.open()
        page = await browser.page(house.url)
        page.setDefaultTimeout(PATIENCE_MS)
        await untilWell()
    })
    afterAll(async () => {
        await browser?.close()
        await house?.takeDown()
    })

    // Ends the faults that a failed test leaves behind.
    afterEach(async () => {
        for (const button of await page.locator('#fault-groups [aria-pressed="true"]').all())
            await button.click()
    })

    const health = (kind: string, text: string | RegExp) =>
        page.locator(`#health[data-kind="${kind}"]`, { hasText: text }).waitFor()

    /** Waits until nothing is wrong and no backlog is left. */
    async function untilWell(): Promise<void> {
        await health("well", /^All well/)
        await until("an empty queue", async () => (await counted(page, "Waiting")) <= USUAL)
        await health("well", /^All well/)
    }

    async function click(name: string, isOn: boolean): Promise<void> {
        const button = page.getByRole("button", { name, exact: true })
        await button.click()
        await page.locator(`button[aria-pressed="${isOn}"]`, { hasText: name }).waitFor()
    }

    const latest = async (track: string) => (await curve(page, track)).t.at(-1)!

    test("shows no failure while there is no fault", async () => {
        await page.locator("#uploads p", { hasText: "to check the key" }).waitFor()
        expect(await page.locator("#uploads .bad").count()).toBe(0)
        expect(await page.locator("#restarts li").count()).toBe(0)
        await until("a reading", async () => (await latest("read")) !== undefined)
        house.rig.clock.speed = SPEED
    })

    test.each([
        ["Does not answer", /readings waiting: .*(No answer from|closed the connection too early)/],
        ["Sends a web page", /readings waiting: A web page came back instead of EmonCMS's answer/],
        ["Key no longer valid", /readings waiting: EmonCMS does not know the key/],
        ["Database down", /readings waiting: EmonCMS cannot reach its database/],
        ["Clock an hour slow", /The clock is in doubt/],
        ["WiFi down", /readings waiting: The device has no network/],
    ])("%s: the cause is shown at the top, readings wait, and none is lost", async (name, sentence) => {
        const begin = await latest("read")
        await click(name, true)
        await health("bad", sentence)
        await page.locator("#uploads .bad").first().waitFor()
        await until("a backlog", async () => (await counted(page, "Waiting")) > MANY)
        expect(await latest("stored")).toBeLessThan(await latest("read"))
        const end = await latest("read")
        await click(name, false)
        await untilWell()
        await until("the backlog in EmonCMS", async () => (await latest("stored")) > end)
        const { t } = await curve(page, "stored")
        const times = t.filter(time => time >= begin && time <= end)
        expect(times.length).toBeGreaterThan(MANY)
        for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBe(POLL_S)
    })

    async function moreReadings(count: number): Promise<void> {
        const before = await counted(page, "Readings taken")
        await until("more readings", async () => (await counted(page, "Readings taken")) > before + count)
    }

    test("Noise on the line: bad replies are counted and logged, and cost no polls afterwards", async () => {
        const lost = () => counted(page, "Polls without a reading")
        const before = await lost()
        await click("Noise on the line", true)
        await page.locator("#log .warning", { hasText: "CRC of the reply is wrong" }).first().waitFor()
        await until("spoilt replies", async () => (await counted(page, "Line: CrcMismatch")) > 3 * USUAL)
        await until("lost readings", async () => (await lost()) > before)
        await click("Noise on the line", false)
        await untilWell()
        // What the page shows now can be from before the end.
        await moreReadings(USUAL)
        const after = await lost()
        await moreReadings(MANY)
        expect(await lost()).toBe(after)
    })

    test("A part hangs: readings wait, the part restarts, and the page shows why", async () => {
        // Slow enough to see three minutes of waiting.
        await page.locator("#speed label", { hasText: "60×" }).first().click()
        await expect.poll(() => house.rig.clock.speed).toBe(SPEED / 10)
        await page.getByLabel("A part hangs: which part").selectOption("uplink")
        const button = page.getByRole("button", { name: "A part hangs" })
        await button.click()
        // A second click while the program is compiled does not compile it again.
        await button.click()
        await until("readings that wait", async () => (await counted(page, "Waiting")) > 3 * USUAL)
        await page
            .locator("#restarts li", { hasText: /^uplink failed \(no heartbeat for \d+ ms\)/ })
            .first()
            .waitFor()
        await page.locator("#picture .node", { hasText: /^uplink.*↻ [12]/ }).waitFor()
        await untilWell()
        expect(await page.locator("#picture .waits").count()).toBe(0)
        expect(await page.locator("#log p", { hasText: "program is being compiled again" }).count()).toBe(1)
    })

    test("the page reports no errors", () => {
        expect(browser.complaints).toEqual([])
    })
})
