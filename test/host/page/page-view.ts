import type { Page } from "playwright-core"

export const PATIENCE_MS = 60_000

/** Long enough for a browser to show something else, in ms. */
const LOOK_MS = 100

export interface Curve {
    t: number[]
    v: (number | null)[]
}

/** A curve as the page draws it. */
export function curve(page: Page, track: string): Promise<Curve> {
    const points = `(({ t, v }) => ({ t: [...t], v: [...v] }))(chart.series("${track}") ?? { t: [], v: [] })`
    return page.evaluate(`import("/page.js").then(({ chart }) => ${points})`)
}

/** What the page has counted under a name; 0 while it does not name it. */
export async function counted(page: Page, name: string): Promise<number> {
    const texts = await page.locator("#facts div", { hasText: name }).locator("dd").allTextContents()
    return Number((texts[0] ?? "0").replace(/[^\d].*$/, ""))
}

/** Waits until something is true of the page. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!(await condition())) {
        if (performance.now() > end) throw new Error(`In vain: ${what}`)
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
}
