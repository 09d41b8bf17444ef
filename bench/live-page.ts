import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createInterface } from "node:readline"
import { setTimeout as wait } from "node:timers/promises"
import { type Browser, type CDPSession, chromium } from "playwright-core"
import { projectRoot } from "../tools/project"
import type { Bench } from "./bench"

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"
/** Unit in which Linux reports processor time, on every machine. */
const TICKS_PER_S = 100

/** Time to settle before a measurement, and length of the measurement, in s. */
export interface Spans {
    readonly settleS: number
    readonly windowS: number
}

/** Shares of one core, in percent. */
export interface Shares {
    readonly start: number
    /** Chromium's process for the page. */
    readonly page: number
    readonly otherBrowser: number
}

export interface PageCost {
    /** With an empty page in the browser, if there is one. */
    readonly noPagePercent: Shares
    /** With the top of the live page in view; `null` if there is no browser. */
    readonly curvePercent: Shares | null
    /** The same, scrolled to the program's picture. */
    readonly programPercent: Shares | null
}

const NO_BROWSER = { page: 0, otherBrowser: 0 }

/** Processor time that `npm start` in real time and a browser take, first without the page, then with it. */
export async function costOfPage({ settleS, windowS }: Spans): Promise<PageCost> {
    const start = spawn(process.execPath, ["cli/run.mjs", "cli/start/main.ts"], {
        cwd: projectRoot,
        stdio: ["ignore", "pipe", "inherit"],
    })
    let browser: Browser | undefined
    try {
        const url = await addressOf(start)
        const ofStart = async () => sum(await sharesOf(() => ofProcess(start.pid!), windowS))
        if (!existsSync(CHROMIUM)) {
            await wait(settleS * 1000)
            const noPagePercent = { start: await ofStart(), ...NO_BROWSER }
            return { noPagePercent, curvePercent: null, programPercent: null }
        }
        browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] })
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
        const session = await browser.newBrowserCDPSession()
        const look = async (): Promise<Shares> => {
            await wait(settleS * 1000)
            const [started, pages, others] = await Promise.all([
                ofStart(),
                sharesOf(() => ofBrowser(session, true), windowS),
                sharesOf(() => ofBrowser(session, false), windowS),
            ])
            // Chromium keeps spare processes for future pages.
            const [shown = 0, ...spare] = pages
            return { start: started, page: shown, otherBrowser: sum([...spare, ...others]) }
        }
        const noPagePercent = await look()
        await page.goto(url)
        await page.locator('#health[data-kind="well"]').waitFor()
        const curvePercent = await look()
        await page.locator("#picture").evaluate(picture => picture.scrollIntoView({ block: "center" }))
        return { noPagePercent, curvePercent, programPercent: await look() }
    } finally {
        await browser?.close()
        if (start.kill()) await once(start, "exit")
    }
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0)
}

/** The URL at which `npm start` serves its page. All other output is discarded. */
function addressOf(start: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
        createInterface({ input: start.stdout! }).on("line", line => {
            const [, url] = /^Live page: (\S+)$/.exec(line) ?? []
            if (url !== undefined) resolve(url)
        })
        start.once("close", () => reject(new Error("npm start has ended")))
    })
}

/** Processor time of processes so far, in s, by process ID. */
type Computed = ReadonlyMap<number, number>

/** The shares of a core that processes take during the window, in percent, the greatest first. */
async function sharesOf(look: () => Promise<Computed>, windowS: number): Promise<number[]> {
    const [before, began] = [await look(), performance.now()]
    await wait(windowS * 1000)
    const [after, passedS] = [await look(), (performance.now() - began) / 1000]
    const shares = [...after].map(([id, seconds]) => (100 * (seconds - (before.get(id) ?? 0))) / passedS)
    return shares.sort((a, b) => b - a)
}

/** Processor time of one process, with all its threads. */
async function ofProcess(pid: number): Promise<Computed> {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8")
    // pid (command) state parent group session terminal owner flags 4 * faults user system
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return new Map([[pid, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S]])
}

/** Processor time of a browser's processes: of those for pages, or of all others. */
async function ofBrowser(session: CDPSession, arePages: boolean): Promise<Computed> {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo")
    const wanted = processInfo.filter(({ type }) => (type === "renderer") === arePages)
    return new Map(wanted.map(({ id, cpuTime }) => [id, cpuTime]))
}

/** Processor time that the live page takes. */
export const livePage: Bench = {
    name: "page",
    subject: "the live page",
    method:
        "`npm start` at speed 1, as it is wired, and Chromium without a window and without a graphics card, 1280 by 900: " +
        "first with an empty page, then with the live page at its top, then scrolled to the picture of the program. " +
        "After 40 s to settle, the processor time of the processes over 60 s is taken: for npm start from the operating " +
        "system, with all its threads; for Chromium's processes from Chromium. The page's cost is the sum minus the sum " +
        "without it. In percent of one core. Not exact: it depends on the computer and what else it does.",
    async measure() {
        const figures = await costOfPage({ settleS: 40, windowS: 60 })
        const { noPagePercent: without, curvePercent, programPercent } = figures
        const views = [without, curvePercent, programPercent]
        const row = (name: string, of: (shares: Shares) => number) => [
            name,
            ...views.map(shares => (shares ? of(shares) : "no browser")),
        ]
        const costOf = (shares: Shares) => sum(Object.values(shares)) - sum(Object.values(without))
        const [, curve, program] = views.map(shares => shares && costOf(shares))
        return {
            figures: { ...figures, pageCostsPercent: { curve, program } },
            tables: [
                {
                    columns: ["process", "no page open, %", "curve in view, %", "program in view, %"],
                    rows: [
                        row("npm start: program, meter, server, page", ({ start }) => start),
                        row("Chromium's process for the page", ({ page }) => page),
                        row("Chromium's other processes", ({ otherBrowser }) => otherBrowser),
                        row("cost of the page", costOf),
                    ],
                },
            ],
        }
    },
}
