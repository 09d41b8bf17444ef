import { afterEach, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"
import { hasBrowser, TestBrowser } from "./browser"
import { PATIENCE_MS } from "./page-view"

const ends: (() => unknown)[] = []

afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
})

/** What no scenario of the project that the page can play contains. */
const SCENARIO = {
    description: "Somebody erases the chip and deploys the program again.",
    duration: "30 min",
    timeline: [
        { at: "3 min", fault: "actor-fault", does: "throw", actor: "light" },
        { at: "9 min", fault: "redeploy" },
        { at: "16 min", fault: "actor-fault", does: "throw", actor: "light" },
    ],
}

test.runIf(hasBrowser)(
    "the page plays an owner's own scenario, and readings arrive after a redeployment",
    async () => {
        const project = await ProjectCopy.make({ "scenarios/own.json": JSON.stringify(SCENARIO) })
        ends.push(() => project.remove())
        const run = project.start("--speed", "60")
        ends.push(() => run.kill())
        await run.printed("readings accepted")
        const [, url] = /Live page: (\S+)/.exec(run.printedSoFar)!
        const browser = await TestBrowser.open()
        ends.push(() => browser.close())
        const page = await browser.page(url!)
        page.setDefaultTimeout(PATIENCE_MS)
        await page.locator("#scenario").selectOption("own.json")
        await page.getByRole("button", { name: "Play", exact: true }).click()
        await page.locator("#log p", { hasText: "redeploy" }).first().waitFor()
        const lives = () => run.printedSoFar.split("program: started, powered on").slice(1)
        await expect.poll(() => lives().length, { timeout: PATIENCE_MS }).toBe(2)
        await expect.poll(() => lives()[1], { timeout: PATIENCE_MS }).toContain("accepted")
        await page.locator("#health", { hasText: /^All well/ }).waitFor()
        // The redeployment has put the program without test faults back.
        const compiled = page.locator("#log p", { hasText: "program is being compiled again" })
        await expect.poll(() => compiled.count(), { timeout: PATIENCE_MS }).toBe(2)
        expect(browser.complaints).toEqual([])
        run.ctrlC()
        expect((await run.ended).code).toBe(0)
    },
)
