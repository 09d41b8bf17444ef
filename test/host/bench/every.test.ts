import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { expect, test } from "vitest"
import { benches } from "../../../bench/benches"
import { readMeasured } from "../../../bench/measured"
import { projectRoot } from "../../../tools/project"

const tsx = createRequire(import.meta.url).resolve("tsx/cli")

/** The names of all values in a bench's figures, without the numbers of a list's entries. */
function namesIn(figures: unknown, path = ""): string[] {
    if (typeof figures !== "object" || figures === null) return [path]
    if (Array.isArray(figures)) return figures.flatMap(entry => namesIn(entry, `${path}[]`))
    return Object.entries(figures).flatMap(([name, value]) => namesIn(value, `${path}.${name}`))
}

function measure(name: string): Promise<{ code: number | null; output: string }> {
    const args = [tsx, "bench/main.ts", name, "--json", "--count", "1"]
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ["ignore", "pipe", "ignore"] })
    let output = ""
    child.stdout.on("data", data => {
        output += data
    })
    return new Promise(resolve => child.on("close", code => resolve({ code, output })))
}

// What the pages name must still be measured.
test.each(benches.map(({ name }) => name))(
    "%s still measures what it has measured",
    { timeout: 1_800_000 },
    async name => {
        const { [name]: kept } = await readMeasured()
        const { code, output } = await measure(name)
        expect(code).toBe(0)
        const names = new Set(namesIn(JSON.parse(output)))
        expect(names).not.toContain("")
        if (kept) expect([...names].sort()).toEqual([...new Set(namesIn(kept.figures))].sort())
    },
)
