import "./preflight.mjs"
import { existsSync, realpathSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { bundleOfCommands } from "./bundle/bundle.mjs"
import { nameSources } from "./bundle/stack-traces.mjs"

/*
 * `node cli/run.mjs cli/start/main.ts` runs a command from the bundle of all commands, which starts in a fraction of the time
 * that tsx takes to translate file by file. tsx runs what the bundle does not have, and everything if no bundle can be made or
 * if this process measures which lines it reaches.
 */

const root = fileURLToPath(new URL("..", import.meta.url))
const [, , command = ""] = process.argv
process.argv.splice(1, 2, join(root, command))

async function bundle() {
    if (process.env.NODE_V8_COVERAGE) return undefined
    try {
        return await bundleOfCommands(root)
    } catch {
        // A folder that cannot be written, or a mistake in a source, perhaps of another command.
        return undefined
    }
}

async function run() {
    const folder = await bundle()
    const inBundle = path => join(folder, path.replace(/\.\w+$/, ".js"))
    if (folder === undefined || !existsSync(inBundle(command))) {
        await import("tsx")
        return import(String(pathToFileURL(process.argv[1])))
    }
    nameSources(realpathSync(folder), root)
    const { useRoot } = await import(String(pathToFileURL(inBundle("cli/bundle/source-meta.mjs"))))
    useRoot(new URL("..", import.meta.url))
    return import(String(pathToFileURL(inBundle(command))))
}

await run()
