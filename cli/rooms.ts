import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { drawingOfRooms, type Import } from "../tools/figures/rooms"
import { projectRoot } from "../tools/project"

/*
 * `npm run rooms` draws `docs/rooms.svg` from the imports that dependency-cruiser has found. With `--check`, it only checks
 * that the picture is up to date.
 */

const PICTURE = join(projectRoot, "docs/rooms.svg")

interface Cruised {
    readonly modules: readonly {
        readonly source: string
        readonly dependencies: readonly { readonly resolved: string }[]
    }[]
}

const found = await readFile(join(projectRoot, "node_modules/.imports.json"), "utf8")
const { modules } = JSON.parse(found) as Cruised
const imports = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }): Import => ({ from: source, to: resolved })),
)
const drawing = drawingOfRooms(imports)
if (!process.argv.includes("--check")) await writeFile(PICTURE, drawing)
else if ((await readFile(PICTURE, "utf8")) !== drawing) {
    console.error("docs/rooms.svg does not match the imports. Run: npm run rooms")
    process.exitCode = 1
}
