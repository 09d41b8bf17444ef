import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { faultyProgram } from "../../../tools/faulty-program/faulty-program"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { hasBrowser, TestBrowser } from "./browser"
import { PageHouse } from "./page-house"
import { curve, PATIENCE_MS, until } from "./page-view"

/** Fast enough that minutes pass, and slow enough for a browser on a busy machine. */
const SPEED = 30

describe.runIf(hasBrowser)("the live page in a browser", () => {
    let house: PageHouse
    let browser: TestBrowser

    beforeAll(async () => {
        house = await PageHouse.build(SPEED)
        browser = await TestBrowser.open()
    })
    afterAll(async () => {
        await browser?.close()
        await house?.takeDown()
    })

    test("shows what the feeds hold", async () => {
        const page = await browser.page(house.url)
        await page.getByText("All well").waitFor()
        await until("ten readings in the curve", async () => (await curve(page, "stored")).t.length >= 10)
        const stored = await curve(page, "stored")
        const held = new Map(house.feed("power"))
        for (const [i, time] of stored.t.entries()) expect(held.get(time)).toBe(stored.v[i])
        const slots = [...held.keys()].filter(time => time >= stored.t[0]! && time <= stored.t.at(-1)!)
        expect(stored.t).toEqual(slots)
        // What arrived is among what the device read, and the page has what the meter showed.
        const read = await curve(page, "read")
        const values = read.v.filter(value => value !== null)
        for (const value of stored.v.slice(-5)) expect(values).toContainEqual(expect.closeTo(value!, 2))
        const shown = await curve(page, "shown")
        expect(shown.t.length).toBeGreaterThan(5)
        await page.getByRole("radio", { name: /Voltage/ }).check()
        await page.getByRole("heading", { name: "heatpump · Voltage" }).waitFor()
        const voltage = new Map(house.feed("voltage"))
        const { t, v } = await curve(page, "stored")
        for (const [i, time] of t.entries()) expect(v[i]).toBe(voltage.get(time))
        await page.close()
    })

    test("shows the values under the pointer", async () => {
        const page = await browser.page(house.url)
        await until("a curve", async () => (await curve(page, "stored")).t.length >= 3)
        const box = (await page.locator(".u-over").boundingBox())!
        await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2)
        await page.locator("#readout", { hasText: /read by the device \S+ W.*in EmonCMS \S+ W/ }).waitFor()
        await page.close()
    })

    test("leaves no gap after an outage that clicks start and end", async () => {
        const page = await browser.page(house.url)
        await until("a curve", async () => (await curve(page, "stored")).t.length >= 3)
        const button = page.getByRole("button", { name: "Refuses connections" })
        await button.click()
        await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true")
        await until("the curves part", async () => {
            const [read, stored] = [await curve(page, "read"), await curve(page, "stored")]
            return read.t.at(-1)! - stored.t.at(-1)! > 120
        })
        await page.getByText(/readings waiting/).waitFor()
        expect(await page.locator("#uploads .bad").count()).toBeGreaterThan(0)
        await button.click()
        await expect.poll(() => button.getAttribute("aria-pressed")).toBe("false")
        await until("the backlog closes the gap", async () => {
            const [read, stored] = [await curve(page, "read"), await curve(page, "stored")]
            return read.t.at(-1)! - stored.t.at(-1)! < 60
        })
        const { t } = await curve(page, "stored")
        for (let i = 1; i < t.length; i++) expect(t[i]! - t[i - 1]!).toBe(10)
        await page.close()
    })

    test("shows a gap for a meter without power, and says that it does not answer", async () => {
        const page = await browser.page(house.url)
        await until("a curve", async () => (await curve(page, "read")).t.length >= 3)
        const button = page.getByRole("button", { name: "Meter off" })
        await button.click()
        await page.getByText("heatpump does not answer").waitFor({ timeout: PATIENCE_MS })
        expect((await curve(page, "read")).v.at(-1)).toBeNull()
        expect(await page.locator("#now-value").textContent()).toBe("–")
        await button.click()
        await until("values again", async () => (await curve(page, "read")).v.at(-1) !== null)
        await page.close()
    })

    test("lists the restart of a part that threw, with the reason", async () => {
        // On a busy machine the compiler takes longer than the test waits for the page.
        await faultyProgram.build(defaultConfig)
        const page = await browser.page(house.url)
        await page.getByLabel("A part fails: which part").selectOption("recorder")
        await page.getByRole("button", { name: "A part fails" }).click()
        await page
            .locator("#restarts li", { hasText: /recorder failed \(RangeError: a fault of the test/ })
            .first()
            .waitFor({ timeout: PATIENCE_MS })
        await page.close()
    })

    for (const colorScheme of ["light", "dark"] as const) {
        for (const [name, width] of [
            ["phone", 390],
            ["wide", 1440],
        ] as const) {
            test(`passes axe-core without scrolling sideways: ${name}, ${colorScheme}`, async () => {
                const viewport = { width, height: 900 }
                const page = await browser.page(house.url, {
                    colorScheme,
                    viewport,
                    bypassCSP: true,
                    reducedMotion: "reduce",
                })
                await until("a curve", async () => (await curve(page, "read")).t.length >= 1)
                const axe = await readFile(
                    createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
                    "utf8",
                )
                await page.evaluate(axe)
                const violations = await page.evaluate(async () => {
                    // biome-ignore lint/suspicious/noExplicitAny: axe-core was just put into the page
                    const { violations } = await (globalThis as any).axe.run()
                    return violations.map(
                        (v: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
                            `${v.id}: ${v.nodes.map(n => `${n.html} ${n.failureSummary}`).join("; ")}`,
                    )
                })
                expect(violations).toEqual([])
                const root = "document.documentElement"
                expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0)
                await page.close()
            })
        }
    }

    test("logs no errors in the console", () => {
        expect(browser.complaints).toEqual([])
    })
})
