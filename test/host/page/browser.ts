import { existsSync } from "node:fs"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"

/** Without a browser its tests are skipped, except in CI, where every test has to run. */
export const hasBrowser = existsSync(CHROMIUM) || process.env.CI === "true"
if (!hasBrowser)
    console.warn(`No browser at ${CHROMIUM}: its tests are left out (Debian: apt-get install chromium).`)

/** A real browser, and the pages in it. */
export class TestBrowser {
    /** Errors that the pages reported. */
    readonly complaints: string[] = []

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
        await page.goto(url)
        return page
    }

    close(): Promise<void> {
        return this.browser.close()
    }
}
