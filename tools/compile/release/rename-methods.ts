import type { Sources } from "../sources"
import { Families, type Insertion } from "./method-families"
import { programOfSources } from "./type-checker"

/** Sources with renamed methods, and what was inserted where. */
export interface RenamedSources {
    readonly sources: Sources
    readonly insertions: ReadonlyMap<string, readonly Insertion[]>
}

/** Separates a method's name from the number of its family during the release build. */
const MARK = "$"

/** The name that a method had before {@link renameMethods}. */
export function originalName(name: string): string {
    return name.replace(/\$\d+$/, "")
}

/**
 * Gives each method a unique name, so that in the compiler's output the name alone tells which method is called. A method,
 * those that it overrides, and those of the interfaces that its class implements form one family and share one name.
 *
 * Does not rename methods that the program also reaches in ways that the types do not show: through `any` or by texts.
 * @param libraries the folder whose `node_modules` has DeviceScript's libraries
 * @param wary whether a class may implement an interface in a way that the types do not show. If one does and this is false,
 * the sources do not compile with the new names
 */
export function renameMethods(sources: Sources, libraries: string, wary = false): RenamedSources {
    const { program, files } = programOfSources(sources, libraries)
    const families = new Families(program.getTypeChecker(), wary)
    for (const file of files) families.collect(file)
    for (const file of files) families.collectUses(file)
    const renamed: Sources = new Map(sources)
    const insertions = new Map<string, readonly Insertion[]>()
    const found = families.insertions(MARK)
    for (const file of files) {
        const list = found.get(file)
        if (!list) continue
        renamed.set(file.fileName, withInsertions(file.text, list))
        insertions.set(file.fileName, list)
    }
    return { sources: renamed, insertions }
}

function withInsertions(text: string, insertions: readonly Insertion[]): string {
    let result = ""
    let last = 0
    for (const { at, text: inserted } of insertions) {
        result += text.slice(last, at) + inserted
        last = at
    }
    return result + text.slice(last)
}
