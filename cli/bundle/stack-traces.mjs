import { readFileSync } from "node:fs"
import { SourceMap } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const STEPS_UP = /^(?:\.\.\/)+/

/**
 * Has stack traces name the sources. Node.js does the same with --enable-source-maps, but reads the maps of all modules at the
 * start.
 * @param bundle its folder
 * @param root the project's folder
 */
export function nameSources(bundle, root) {
    const maps = new Map()
    const mapOf = file => {
        if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8"))))
        return maps.get(file)
    }
    const sourcePlace = (place, url, line, column) => {
        try {
            const file = fileURLToPath(url)
            if (!file.startsWith(bundle)) return place
            const entry = mapOf(file).findEntry(line - 1, column - 1)
            const source = join(root, entry.originalSource.replace(STEPS_UP, ""))
            return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
        } catch {
            // The bundle may have been replaced by newer ones.
            return place
        }
    }
    Error.prepareStackTrace = (error, calls) =>
        [error, ...calls.map(call => String(call).replace(/(file:[^)]+?):(\d+):(\d+)/, sourcePlace))].join(
            "\n    at ",
        )
}
