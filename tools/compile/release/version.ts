import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Changes whenever the release build's own sources change, so that cached programs are built again. */
export const releaseVersion: string = versionOf(fileURLToPath(new URL(".", import.meta.url)))

function versionOf(folder: string): string {
    const hash = createHash("sha256")
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort())
        if (name.endsWith(".ts")) hash.update(name).update(readFileSync(`${folder}/${name}`))
    return hash.digest("hex")
}
