import type { Sources } from "../sources"
import { Families } from "./method-families"
import { programOfSources } from "./type-checker"

/** A piece of text that was put into a source file. */
export interface Insertion {
    /** Offset in the file as it was. */
    readonly at: number
    readonly text: string
}

/** Sources with renamed methods, and what was put where. */
export interface RenamedSources {
    readonly sources: Sources
    readonly insertions: ReadonlyMap<string, readonly Insertion[]>
}

/** Ends a method's name while the release build is made, before the number of its family. */
const MARK = "$"

/** The name that a method had before. */
export function originalName(name: string): string {
    return name.replace(/\$\d+$/, "")
}

/**
 * Gives each method a name of its own, so that what is called can be told from the name alone in the compiler's output. A
 * method, those that it overrides, and those of interfaces that its class has are one family and keep one name.
 *
 * Left alone is what a program also reaches in ways that the types do not show: through `any`, by texts.
 * @param libraries the folder whose `node_modules` has those of DeviceScript
 * @param wary whether a class may meet an interface without saying so; where one does and this is false, the sources do not
 * compile with the new names
 */
export function renameMethods(sources: Sources, libraries: string, wary = false): RenamedSources {
    const { program, files } = programOfSources(sources, libraries)
    const families = new Families(program.getTypeChecker(), wary)
    for (const file of files) families.collect(file)
    for (const file of files) families.collectUses(file)
    const renamed: Sources = new Map(sources)
    const insertions = new Map<string, readonly Insertion[]>()
    for (const file of files) {
        const list = families.insertions(file, MARK)
        if (list.length === 0) continue
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
