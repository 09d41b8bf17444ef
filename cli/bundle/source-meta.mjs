import { dirname } from "node:path"
import { fileURLToPath } from "node:url"

/*
 * What `import.meta` is for the sources in the bundle. Copies of the project share a bundle, so only the process knows where it
 * is.
 */

let root

/** @param url of the folder of the project that runs, with a slash at its end */
export function useRoot(url) {
    root = url
}

/** @param path of a source, relative to the project's folder */
export function sourceMeta(path) {
    const { href } = new URL(path, root)
    const filename = fileURLToPath(href)
    return { url: href, filename, dirname: dirname(filename) }
}
