import { type ChildProcess, spawn } from "node:child_process"
import { setTimeout as wait } from "node:timers/promises"
import type { Browser } from "playwright-core"
import { projectRoot } from "../tools/project"

const COLUMNS = 104
const ROWS = 24
const BRIDGE = "import pty, sys; pty.spawn(sys.argv[1:])"

/** CSS for the terminal attributes that this project's commands use. */
const LOOKS: Readonly<Record<string, string>> = {
    "1": "font-weight: bold",
    "2": "opacity: 0.65",
    "31": "color: #ff7b72",
    "32": "color: #7ee787",
    "33": "color: #e3b341",
    "36": "color: #79c0ff",
}

/**
 * Runs a command of this project in a terminal for some time, and takes a picture of it. Needs python3.
 * @param command a shell command
 */
export async function pictureTerminal(
    browser: Browser,
    command: string,
    ms: number,
    file: string,
): Promise<void> {
    const inside = `stty cols ${COLUMNS} rows ${ROWS}; exec ${command}`
    const child = spawn("python3", ["-c", BRIDGE, "sh", "-c", inside], {
        cwd: projectRoot,
        env: { ...process.env, TERM: "xterm", FORCE_COLOR: "1" },
    })
    const output = await outputOf(child, ms)
    const page = await browser.newPage({ viewport: { width: 900, height: 300 } })
    await page.setContent(
        `<body style="margin: 0"><pre style="margin: 0; padding: 14px; width: ${COLUMNS}ch; font: 13px/1.45 monospace; ` +
            `color: #e6edf3; background: #0d1117">${terminalHtml(`$ npm start\n${output}`)}</pre>`,
    )
    await page.locator("pre").screenshot({ path: file })
    await page.close()
}

async function outputOf(child: ChildProcess, ms: number): Promise<string> {
    let output = ""
    child.stdout!.on("data", data => {
        output += data
    })
    await wait(ms)
    child.kill()
    return output
}

/** Renders output as a terminal shows it, in HTML: the final state of every line, with its colors. */
export function terminalHtml(output: string): string {
    const lines = output.replaceAll("\r\n", "\n").split("\n")
    return lines.map(line => colored(line.split("\r").at(-1)!)).join("\n")
}

function colored(line: string): string {
    let open = 0
    const html = line
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of a terminal
        .replace(/\x1b\[(\d*)([A-Za-z])/g, (_, code: string, kind: string) => {
            if (kind !== "m") return ""
            const look = LOOKS[code]
            if (look) open++
            else if (open > 0) open--
            else return ""
            return look ? `<span style="${look}">` : "</span>"
        })
    return html + "</span>".repeat(open)
}
