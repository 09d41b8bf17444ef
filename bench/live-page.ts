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
/** As Linux counts the time of processes, whatever the machine. */
const TICKS_PER_S = 100

/** How long it is looked, and how long before that nothing counts, in s. */
export interface Spans {
    readonly settleS: number
    readonly windowS: number
}

/** Shares of one core in percent; `null` where there is no browser. */
export interface PageCost {
    readonly startAlonePercent: number
    readonly startWithPagePercent: number | null
    readonly pagePercent: number | null
    readonly otherBrowserPercent: number | null
}

/** What `npm start` at the wall's pace takes, with no page open and then with one. */
export async function costOfPage({ settleS, windowS }: Spans): Promise<PageCost> {
    const start = spawn(process.execPath, ["--import", "tsx", "cli/start/main.ts"], {
        cwd: projectRoot,
        stdio: ["ignore", "pipe", "inherit"],
    })
    let browser: Browser | undefined
    try {
        const url = await addressOf(start)
        await wait(settleS * 1000)
        const ofStart = () => sharesOf(() => ofProcess(start.pid!), windowS)
        const startAlonePercent = sum(await ofStart())
        if (!existsSync(CHROMIUM)) return { startAlonePercent, ...NO_BROWSER }
        browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] })
        const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
        await page.goto(url)
        await page.locator('#health[data-kind="well"]').waitFor()
        await wait(settleS * 1000)
        const session = await browser.newBrowserCDPSession()
        const [started, pages, others] = await Promise.all([
            ofStart(),
            sharesOf(() => ofBrowser(session, true), windowS),
            sharesOf(() => ofBrowser(session, false), windowS),
        ])
        // Chromium keeps further processes for pages that may come.
        const [pagePercent = 0, ...spare] = pages
        return {
            startAlonePercent,
            startWithPagePercent: sum(started),
            pagePercent,
            otherBrowserPercent: sum([...spare, ...others]),
        }
    } finally {
        await browser?.close()
        if (start.kill()) await once(start, "exit")
    }
}

const NO_BROWSER = { startWithPagePercent: null, pagePercent: null, otherBrowserPercent: null }

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, number) => total + number, 0)
}

/** Where `npm start` serves its page; what it prints else is read by nobody. */
function addressOf(start: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
        createInterface({ input: start.stdout! }).on("line", line => {
            const [, url] = /^Live page: (\S+)$/.exec(line) ?? []
            if (url !== undefined) resolve(url)
        })
        start.once("close", () => reject(new Error("npm start has ended")))
    })
}

/** What processes have computed, in s, by their ids. */
type Computed = ReadonlyMap<number, number>

/** The shares of a core that processes take in a while, in percent, the greatest first. */
async function sharesOf(look: () => Promise<Computed>, windowS: number): Promise<number[]> {
    const [before, began] = [await look(), performance.now()]
    await wait(windowS * 1000)
    const [after, passedS] = [await look(), (performance.now() - began) / 1000]
    const shares = [...after].map(([id, seconds]) => (100 * (seconds - (before.get(id) ?? 0))) / passedS)
    return shares.sort((a, b) => b - a)
}

/** One process, all its threads together. */
async function ofProcess(pid: number): Promise<Computed> {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8")
    // pid (command) state parent group session terminal owner flags 4 * faults user system
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    return new Map([[pid, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S]])
}

/** Those processes of a browser that show pages, or all others. */
async function ofBrowser(session: CDPSession, arePages: boolean): Promise<Computed> {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo")
    const wanted = processInfo.filter(({ type }) => (type === "renderer") === arePages)
    return new Map(wanted.map(({ id, cpuTime }) => [id, cpuTime]))
}

/** What the live page takes of a computer. */
export const livePage: Bench = {
    name: "page",
    subject: "the live page",
    method:
        "`npm start` at speed 1, as it is wired, first with no page open and then with one in Chromium without a window " +
        "and without a graphics card, 1280 by 900. Each time 40 s pass before it counts, then the processor time of the " +
        "processes over 60 s is taken: that of npm start from the operating system, with all its threads; those of " +
        "Chromium from Chromium. In percent of one core. Not exact: it is that of one computer, also with what else it does.",
    async measure() {
        const figures = await costOfPage({ settleS: 40, windowS: 60 })
        return {
            figures,
            tables: [
                {
                    columns: ["process", "no page open, %", "a page open, %"],
                    rows: [
                        [
                            "npm start: program, meter, server, page",
                            figures.startAlonePercent,
                            figures.startWithPagePercent ?? "no browser",
                        ],
                        ["Chromium's process of the page", 0, figures.pagePercent ?? "no browser"],
                        ["Chromium's other processes", 0, figures.otherBrowserPercent ?? "no browser"],
                    ],
                },
            ],
        }
    },
}
