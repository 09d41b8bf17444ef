import { readFileSync } from "node:fs"
import { join } from "node:path"

/** A board's name in its board file, for people who choose one. */
export function boardDescription(id: string, root: string): string {
    const file = join(root, "boards", `${id}.board.json`)
    const { devName }: { devName?: string } = JSON.parse(readFileSync(file, "utf8"))
    return devName ?? id
}
