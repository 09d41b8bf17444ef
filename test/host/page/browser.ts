import { randomUUID } from "node:crypto"
import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"

/** Without a browser its tests are skipped, except in CI, where every test has to run. */
export const hasBrowser = existsSync(CHROMIUM) || process.env.CI === "true"
if (!hasBrowser)
    console.warn(`No browser at ${CHROMIUM}: its tests are left out (Debian: apt-get install chromium).`)

/** Where the processes that tests start leave what they reach, if it is measured. */
const coverageFolder = process.env.NODE_V8_COVERAGE

/** A real browser, and the pages in it. */
export class TestBrowser {
    /** Errors that the pages reported. */
    readonly complaints: string[] = []

    /** Keeps what the open pages have reached. */
    private readonly keeping = new Map<Page, () => Promise<void>>()

    private constructor(private readonly browser: Browser) {}

    static async open(): Promise<TestBrowser> {
        return new TestBrowser(
            await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] }),
        )
    }

    async page(url: string, options: BrowserContextOptions = {}): Promise<Page> {
        const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
        const page = await context.newPage()
        page.on("pageerror", error => this.complaints.push(String(error.stack)))
        page.on("console", message => {
            if (message.type() === "error") this.complaints.push(message.text())
        })
        if (coverageFolder !== undefined) await this.measure(page, coverageFolder)
        await page.goto(url)
        return page
    }

    async close(): Promise<void> {
        for (const keep of [...this.keeping.values()]) await keep()
        await this.browser.close()
    }

    private async measure(page: Page, folder: string): Promise<void> {
        await page.coverage.startJSCoverage({ resetOnNavigation: false })
        const close = page.close.bind(page)
        const keep = async () => {
            this.keeping.delete(page)
            const result = await page.coverage.stopJSCoverage()
            await writeFile(join(folder, `page-${randomUUID()}.json`), JSON.stringify({ result }))
        }
        this.keeping.set(page, keep)
        page.close = async options => {
            await keep()
            await close(options)
        }
    }
}
