import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { projectRoot } from "../tools/project"
import { benches } from "./benches"
import { fillPage, UnclosedMark, UnknownFigure } from "./fill-page"
import { readMeasured } from "./measured"
import { PAGE, page } from "./page"

/*
 * `npm run figures` writes docs/measured.md from docs/measured.json and fills the marked figures of all other pages; `--check`
 * reports the pages that differ.
 */

const check = process.argv.includes("--check")
const measured = await readMeasured()
const names = (await readdir(join(projectRoot, "docs"))).filter(name => name.endsWith(".md"))
try {
    for (const name of ["README.md", ...names.map(name => `docs/${name}`)]) {
        const file = join(projectRoot, name)
        const before = await readFile(file, "utf8")
        const after = name === PAGE ? `${page(benches, measured)}\n` : fillPage(name, before, measured)
        if (after === before) continue
        if (!check) await writeFile(file, after)
        else {
            console.error(`${name} does not match docs/measured.json. Run: npm run figures`)
            process.exitCode = 1
        }
    }
} catch (error) {
    if (!(error instanceof UnknownFigure || error instanceof UnclosedMark)) throw error
    console.error(`error: ${error.message}`)
    process.exitCode = 1
}
