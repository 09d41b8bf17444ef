import { expect, test } from "vitest"
import { type Assembly, assemble, disassemble } from "../../../../tools/compile/release/assembly"
import { compileRenamed } from "../../../../tools/compile/release/build"
import { callMethodsDirectly } from "../../../../tools/compile/release/direct-calls"
import { methodsOf } from "../../../../tools/compile/release/methods"
import { codeOf, MAX_STACK } from "../../../../tools/compile/release/opcodes"
import { originalName } from "../../../../tools/compile/release/rename-methods"
import { op } from "../../../../tools/compile/release/trees"
import { projectRoot } from "../../../../tools/project"
import { printedBy } from "../../vm/printed-by"

const TYPE_OF = codeOf("typeof_str")
const ENTRY = "src/deep.ts"
const SOURCE = `class Deep { depth(): number { return 1 } }
const deep = new Deep()
const x = deep.depth() === 1 ? "x" : ""
const kind = x + typeof deep.depth
console.log("kind " + kind)
`

/** The same program, with more of `x + (...)` around the method that is used as a value. */
function deepened(assembly: Assembly, more: number): Assembly {
    const functions = assembly.functions.map(fn => {
        const instructions = [...fn.instructions]
        const typeOf = instructions.findIndex(({ code }) => code === TYPE_OF)
        if (typeOf < 0) return fn
        const sum = instructions[typeOf + 1]!
        const x = instructions[typeOf - 3]!
        expect([sum.code, x.code]).toEqual([op.add, op.loadGlobal])
        instructions.splice(typeOf + 1, 0, ...Array(more).fill(sum))
        instructions.splice(typeOf - 3, 0, ...Array(more).fill(x))
        return { ...fn, instructions }
    })
    return { ...assembly, functions }
}

// DeviceScript's compiler stops two values before the limit.
test("a method is bound where it is read, but keeps its place in the prototype if the stack has no room for that", async () => {
    const sources = new Map(
        Object.entries({ [ENTRY]: SOURCE, "devsconfig.json": "{}", "package.json": "{}" }),
    )
    const { output } = await compileRenamed(ENTRY, sources, projectRoot)
    const compiled = disassemble(output.bytecode)
    // One `x` and the object are there already.
    const most = MAX_STACK - 2
    for (const more of [0, most - 1, most]) {
        const assembly = callMethodsDirectly(deepened(compiled, more))
        const left = methodsOf(assembly).map(({ name }) => originalName(name))
        expect(left, `${more} more`).toEqual(more === most ? ["depth"] : [])
        expect(await printedBy(assemble(assembly).bytecode)).toContain(`kind ${"x".repeat(1 + more)}function`)
    }
})
