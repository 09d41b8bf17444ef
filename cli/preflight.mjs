/*
 * Checks first of all whether this computer can run the commands. Plain JavaScript without dependencies: Node.js loads it with
 * --import, before the packages whose presence it checks.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const OLDEST_NODE = 20

const root = fileURLToPath(new URL("..", import.meta.url))
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))

function refuse(sentence) {
    console.error(sentence)
    process.exit(1)
}

if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE)
    refuse(`This needs Node.js ${OLDEST_NODE} or later, and this is ${process.version}: https://nodejs.org`)
const missing = Object.keys(dependencies).filter(
    name => !existsSync(join(root, "node_modules", name, "package.json")),
)
if (missing.length > 0) {
    const all = missing.length === Object.keys(dependencies).length
    refuse(
        all
            ? "Run npm ci first."
            : `Run npm ci again: ${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} missing.`,
    )
}
