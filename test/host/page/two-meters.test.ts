import type { Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { hasBrowser, TestBrowser } from "./browser"
import { PageHouse } from "./page-house"
import { counted, PATIENCE_MS, until } from "./page-view"

/** Slow enough that a page with news once a second sees blocks in memory before they are in the flash. */
const SPEED = 120
/** Fast enough to fill several blocks before the program begins to use the flash, after a quarter of an hour. */
const POLL_S = 3
/** Enough energy to make rounding errors small, in kWh. */
const ENOUGH_KWH = 0.2

const config = {
    ...defaultConfig,
    line: { driver: "jacdac-serial" as const },
    meters: [...defaultConfig.meters, { name: "heat", model: "ekonom", address: 2 }],
    pollSeconds: POLL_S,
}

interface Energies {
    readonly electric: number
    readonly heat: number
    readonly cop: number
}

describe.runIf(hasBrowser)("the live page of an electricity and a heat meter", () => {
    let house: PageHouse
    let browser: TestBrowser
    let page: Page

    beforeAll(async () => {
        house = await PageHouse.build(SPEED, config)
        browser = await TestBrowser.open()
        page = await browser.page(house.url)
        page.setDefaultTimeout(PATIENCE_MS)
        await page.locator("#health", { hasText: /^All well/ }).waitFor()
    })
    afterAll(async () => {
        await browser?.close()
        await house?.takeDown()
    })

    /** How far a bar of the queue is filled, 0 to 1. */
    async function filled(bar: "memory" | "flash"): Promise<number> {
        const width = (part: string) => page.locator(`#queue-${bar} .${part}`).getAttribute("width")
        return Number(await width("fill")) / Number(await width("rail"))
    }

    test("the queue's bars fill during an outage, and empty afterwards", async () => {
        const button = page.getByRole("button", { name: "Refuses connections" })
        expect(await filled("flash")).toBe(0)
        await button.click()
        await until("blocks in memory", async () => (await counted(page, "Blocks in memory")) > 1)
        expect(await filled("memory")).toBeGreaterThan(1 / 32)
        await until("a bar of flash", async () => (await filled("flash")) > 0)
        expect(await counted(page, "Blocks in flash")).toBeGreaterThan(0)
        await button.click()
        await until("an empty flash", async () => (await filled("flash")) === 0)
        await until("an empty memory", async () => (await filled("memory")) < 1 / 16)
        await page.locator("#health", { hasText: /^All well/ }).waitFor()
        expect(await counted(page, "Lost")).toBe(0)
    })

    /** Today's figures on the page, all from one moment. */
    function shown(): Promise<Energies> {
        return page.evaluate(`(() => {
            const number = text => Number(/[\\d.]+/.exec(text)[0])
            const rows = [...document.querySelectorAll("#energy tbody tr")]
            const today = name => number(rows.find(row => row.children[0].textContent === name).children[1].textContent)
            const cop = number(document.querySelector("#energy .cop").textContent)
            return { electric: today("heatpump"), heat: today("heat"), cop }
        })()`)
    }

    /** What EmonCMS has counted on the day of its last reading, in kWh. */
    function stored(meter: string): number {
        const { t, v } = house.standIn.stored.points(meter, "energy")
        const midnight = new Date(t.at(-1)! * 1000).setHours(0, 0, 0, 0) / 1000
        const first = t.findIndex(time => time >= midnight)
        return v.at(-1)! - v[first]!
    }

    test("the COP matches the energies on the page and in EmonCMS", async () => {
        await until("energy", async () => {
            const { electric, heat } = await shown()
            return electric > ENOUGH_KWH && heat > ENOUGH_KWH
        })
        const { electric, heat, cop } = await shown()
        expect(cop).toBeCloseTo(heat / electric, 1)
        expect(cop / (stored("heat") / stored("heatpump"))).toBeCloseTo(1, 1)
        const choice = page.getByLabel("Heat meter")
        expect(await choice.inputValue()).toBe("heat")
        await choice.selectOption("none")
        await page.locator("#energy .cop").waitFor({ state: "hidden" })
    })

    test("the page reports no errors", () => {
        expect(browser.complaints).toEqual([])
    })
})
