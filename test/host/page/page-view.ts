import type { Page } from "playwright-core"

export const PATIENCE_MS = 60_000

/** Pause between two looks at the page, in ms. */
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

/** A count as the page writes it. The thousands separator depends on the browser's language. */
const COUNT = /^\d{1,3}(?:\D\d{3})*(?!\d)/

/** The count that the page shows under a name; 0 if it shows none. */
export async function counted(page: Page, name: string): Promise<number> {
    const texts = await page.locator("#facts div", { hasText: name }).locator("dd").allTextContents()
    if (texts.length === 0) return 0
    const count = COUNT.exec(texts[0]!)
    if (!count) throw new Error(`No count under ${name}: ${texts[0]}`)
    return Number(count[0].replace(/\D/g, ""))
}

/** Waits for a condition on the page. */
export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + PATIENCE_MS
    while (!(await condition())) {
        if (performance.now() > end) throw new Error(`In vain: ${what}`)
        await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    }
}
