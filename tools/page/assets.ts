import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { projectRoot } from "../project"

/** A file of the live page. */
export interface Asset {
    readonly type: string
    readonly body: Buffer
}

const HTML = "text/html; charset=utf-8"
const CSS = "text/css; charset=utf-8"
const SCRIPT = "text/javascript; charset=utf-8"
const SVG = "image/svg+xml"

const charts = dirname(createRequire(import.meta.url).resolve("uplot"))

/** All files that are served, by path. */
const FILES: Readonly<Record<string, readonly [type: string, file: string]>> = {
    "/": [HTML, own("index.html")],
    "/page.css": [CSS, own("page.css")],
    "/icon.svg": [SVG, own("icon.svg")],
    ...Object.fromEntries(
        [
            "page",
            "link",
            "chart",
            "cards",
            "picture",
            "log",
            "faults",
            "money",
            "format",
            "dom",
            "series",
        ].map(name => [`/${name}.js`, [SCRIPT, own(`${name}.js`)] as const]),
    ),
    "/uplot.js": [SCRIPT, join(charts, "uPlot.esm.js")],
    "/uplot.css": [CSS, join(charts, "uPlot.min.css")],
}

/** Placeholder for the token in the page. */
const TOKEN_PLACE = "{{token}}"

function own(name: string): string {
    return join(projectRoot, "page", name)
}

/** The file at a path; `undefined` if there is none. */
export async function assetAt(path: string, token: string): Promise<Asset | undefined> {
    const [type, file] = Object.hasOwn(FILES, path) ? FILES[path]! : []
    if (type === undefined || file === undefined) return undefined
    const body = await readFile(file)
    return { type, body: type === HTML ? Buffer.from(body.toString().replace(TOKEN_PLACE, token)) : body }
}
