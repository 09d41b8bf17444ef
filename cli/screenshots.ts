import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { setTimeout as wait } from "node:timers/promises"
import { chromium } from "playwright-core"
import { projectRoot } from "../tools/project"
import { pictureTerminal } from "./terminal-picture"

/* `npm run screenshots`: takes the pictures in `docs/`, of the real page in an outage and of the terminal. Needs Chromium. */

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium"
const SPEED = 60
/** Duration before the outage, and of the outage, in ms of wall time. */
const CALM_MS = 20_000
const OUTAGE_MS = 10_000
/** Longer than a cycle of the heat pump, even on a busy machine, in ms of wall time. */
const CYCLE_MS = 150_000
const TERMINAL_MS = 25_000
const SHOTS = [
    { file: "live-page.png", width: 1280, height: 800, colorScheme: "light" },
    { file: "live-page-phone.png", width: 390, height: 780, colorScheme: "dark" },
] as const

const start = spawn(
    process.execPath,
    ["cli/run.mjs", "cli/start/main.ts", "--speed", String(SPEED), "--page", "8193", "--device-port", "8192"],
    { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] },
)
try {
    const url = await new Promise<string>((resolve, reject) => {
        createInterface({ input: start.stdout }).on("line", line => {
            const [, found] = /^Live page: (\S+)$/.exec(line) ?? []
            if (found) resolve(found)
        })
        start.once("close", () => reject(new Error("npm start has ended")))
    })
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
    const pages = await Promise.all(
        SHOTS.map(async ({ width, height, colorScheme }) => {
            const page = await browser.newPage({ viewport: { width, height }, colorScheme })
            await page.goto(url)
            return page
        }),
    )
    await wait(CALM_MS)
    // Wait until the heat pump has just started, so that its curve visibly continues without EmonCMS.
    for (const power of [/^\d{1,2}$/, /\d{3}$/])
        await pages[0]!.locator("#now-value", { hasText: power }).waitFor({ timeout: CYCLE_MS })
    await pages[0]!.getByRole("button", { name: "Refuses connections" }).click()
    await wait(OUTAGE_MS)
    for (const [i, { file }] of SHOTS.entries())
        await pages[i]!.screenshot({ path: `${projectRoot}/docs/${file}` })
    const command = `${process.execPath} cli/run.mjs cli/start/main.ts --speed 10 --device-port 8194`
    await pictureTerminal(browser, command, TERMINAL_MS, `${projectRoot}/docs/terminal.png`)
    await browser.close()
} finally {
    start.kill()
}
