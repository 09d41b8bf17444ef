import { existsSync, readFileSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import v8ToIstanbul from "v8-to-istanbul"
import { projectRoot } from "../project"
import type { LineCoverage } from "./line-coverage"

/** Environment variable of the tests: the folder in which the processes that they start leave their coverage. */
export const PROCESSES_VARIABLE = "PROCESS_COVERAGE"

/** The environment of a process that measures itself if the tests are measured. */
export function measured(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const folder = env[PROCESSES_VARIABLE]
    return folder === undefined ? env : { ...env, NODE_V8_COVERAGE: folder }
}

/** How often V8 has run the functions of a script. */
export interface ScriptCoverage {
    readonly url: string
    readonly functions: readonly FunctionCoverage[]
    /** The script itself; only browsers add it. */
    readonly source?: string
}

/** Of the Chrome DevTools protocol. */
interface FunctionCoverage {
    readonly functionName: string
    readonly isBlockCoverage: boolean
    readonly ranges: readonly {
        readonly startOffset: number
        readonly endOffset: number
        readonly count: number
    }[]
}

/** A file that Node.js writes into `NODE_V8_COVERAGE`; those of browsers have no source maps. */
interface ProcessCoverage {
    readonly result: readonly ScriptCoverage[]
    readonly "source-map-cache"?: Readonly<Record<string, MappedScript>>
}

/** What Node.js keeps of a script that was made from another one. */
interface MappedScript {
    readonly lineLengths: readonly number[]
    /** `null` if the script names a source map that is not there. */
    readonly data: SourceMap | null
}

interface SourceMap {
    readonly version: number
    readonly sources: string[]
    readonly sourcesContent?: string[]
    readonly names: string[]
    readonly mappings: string
}

/**
 * Records which lines of the project were reached in other processes, copies of the project included. A process that
 * was killed has left nothing, or only a part, which does not count.
 * @param coverage knows the lines that have code
 * @param folder with the files that the processes have left
 */
export async function noteProcesses(coverage: LineCoverage, folder: string, run: string): Promise<void> {
    for (const name of await readdir(folder)) {
        const left = whole(await readFile(join(folder, name), "utf8"))
        const maps = left?.["source-map-cache"]
        for (const script of left?.result ?? []) await noteScript(coverage, script, maps, run)
    }
}

/** `undefined` if the process was killed while it wrote. */
function whole(text: string): ProcessCoverage | undefined {
    try {
        return JSON.parse(text)
    } catch (error) {
        if (!(error instanceof SyntaxError)) throw error
        return undefined
    }
}

async function noteScript(
    coverage: LineCoverage,
    { url, functions, source }: ScriptCoverage,
    maps: ProcessCoverage["source-map-cache"],
    run: string,
): Promise<void> {
    const { data: sourceMap, lineLengths = [] } = maps?.[url] ?? {}
    const path = ownPath(url, sourceMap?.sourcesContent?.[0] ?? source)
    if (path === undefined) return
    const text = sourceMap ? textOfLines(lineLengths) : source
    const script = v8ToIstanbul(join(projectRoot, path), 0, scriptOf(text, sourceMap))
    await script.load()
    script.applyCoverage(functions.map(it => ({ ...it, ranges: [...it.ranges] })))
    for (const { statementMap, s } of Object.values(script.toIstanbul()))
        for (const [id, { start }] of Object.entries(statementMap))
            if (s[id]! > 0) coverage.noteRun(path, start.line, run)
    script.destroy()
}

/** Of a script that was made from another one, only the lengths of the lines are known. */
function textOfLines(lengths: readonly number[]): string {
    return lengths.map(length => ".".repeat(length)).join("\n")
}

/** What the converter cannot read from the file. */
function scriptOf(source: string | undefined, sourceMap: SourceMap | null | undefined) {
    if (source === undefined) return undefined
    if (!sourceMap) return { source }
    return { source, originalSource: sourceMap.sourcesContent?.[0], sourceMap: { sourcemap: sourceMap } }
}

/**
 * Finds the file of this project that a script came from. It may have been run in a copy of the project, or in a browser.
 * @param text the file's content, if known
 * @returns the path relative to the project's folder
 */
export function ownPath(url: string, text: string | undefined): string | undefined {
    if (url.includes("/node_modules/")) return undefined
    if (url.startsWith("http://")) return sameFile(`page${new URL(url).pathname}`, text)
    if (!url.startsWith("file:")) return undefined
    const file = fileURLToPath(url)
    if (file.startsWith(projectRoot)) return sameFile(file.slice(projectRoot.length), text)
    const steps = file.split("/")
    return steps.map((_, i) => sameFile(steps.slice(i).join("/"), text)).find(path => path !== undefined)
}

function sameFile(path: string, text: string | undefined): string | undefined {
    const file = join(projectRoot, path)
    if (dirname(path) === "." || !existsSync(file)) return undefined
    return text === undefined || readFileSync(file, "utf8") === text ? path : undefined
}
