import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Command } from "commander"
import { drawingOfRooms, type Import } from "../tools/figures/rooms"
import { projectRoot } from "../tools/project"

/* Draws `docs/rooms.svg`; part of `npm run rooms`, and with `--check` of `npm run lint`. */

const command = new Command("cli/rooms.ts")
    .argument("<imports>", "file of the imports that dependency-cruiser has found")
    .option("--check", "only check that the picture is up to date")
    .parse()
const [imports = ""] = command.args
const { check } = command.opts<{ check?: true }>()

const PICTURE = join(projectRoot, "docs/rooms.svg")

interface Cruised {
    readonly modules: readonly {
        readonly source: string
        readonly dependencies: readonly { readonly resolved: string }[]
    }[]
}

const { modules } = JSON.parse(await readFile(imports, "utf8")) as Cruised
const between = modules.flatMap(({ source, dependencies }) =>
    dependencies.map(({ resolved }): Import => ({ from: source, to: resolved })),
)
const drawing = drawingOfRooms(between)
if (!check) await writeFile(PICTURE, drawing)
else if ((await readFile(PICTURE, "utf8")) !== drawing) {
    console.error("docs/rooms.svg does not match the imports. Run: npm run rooms")
    process.exitCode = 1
}
