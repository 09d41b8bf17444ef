import * as fc from "fast-check"
import { type Choices, made } from "./choices"
import { ClassMaker } from "./generate-classes"
import { StatementMaker } from "./generate-statements"
import type { Names } from "./names"
import { makeNames } from "./names"
import { Scope } from "./scope"

/** A generated program: top-level declarations, and the name of the function to call. */
export interface GeneratedProgram {
    readonly text: string
    readonly main: string
}

/**
 * Small programs in DeviceScript's TypeScript that print what they compute. They always end: all functions share one budget
 * of calls, and loops are bounded.
 * @param label makes names unique, because many programs go into one file
 */
export function generatedProgram(label: string): fc.Arbitrary<GeneratedProgram> {
    return made(choices => generate(choices, makeNames(label)))
}

/** The first `count` programs for a seed. */
export function generatedPrograms(seed: number, count: number): GeneratedProgram[] {
    return Array.from({ length: count }, (_, i) => {
        const [program] = fc.sample(generatedProgram(`${seed}_${i}`), { seed: seed * 10_007 + i, numRuns: 1 })
        return program!
    })
}

function generate(choices: Choices, names: Names): GeneratedProgram {
    const classes = new ClassMaker(choices, names)
    const parts: string[] = []
    for (let n = choices.number(3); n > 0; n--) parts.push(classes.make())
    if (choices.chance(50)) parts.push(classes.makeError())
    const statements = new StatementMaker(choices, names, classes)
    for (let n = choices.number(2); n > 0; n--) parts.push(statements.functionDeclaration())
    const main = names.next("main")
    const body = statements.body(new Scope([]), 4 + choices.number(4))
    parts.push(`function ${main}(): void {\n${body}}\n`)
    return { text: [...classes.onceCalled, ...parts].join(""), main }
}
