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

/** A count as the page writes it, its thousands set apart by whatever the browser's language has for it. */
const COUNT = /^\d{1,3}(?:\D\d{3})*(?!\d)/

/** What the page has counted under a name; 0 while it does not name it. */
export async function counted(page: Page, name: string): Promise<number> {
    const texts = await page.locator("#facts div", { hasText: name }).locator("dd").allTextContents()
    if (texts.length === 0) return 0
    const count = COUNT.exec(texts[0]!)
    if (!count) throw new Error(`No count under ${name}: ${texts[0]}`)
    return Number(count[0].replace(/\D/g, ""))
}

/** Waits until something is true of the page. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!(await condition())) {
        if (performance.now() > end) throw new Error(`In vain: ${what}`)
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
}
