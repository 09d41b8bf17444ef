import { createHash } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import { compileProgram, type Program } from "../../../../tools/compile/compile"
import { ProgramTooLargeError } from "../../../../tools/compile/compile-error"
import { assemble, disassemble } from "../../../../tools/compile/release/assembly"
import { BadImageError, type Defect } from "../../../../tools/compile/release/bad-image"
import { checkImage } from "../../../../tools/compile/release/check"
import { FUNCTION_BYTES, HEADER_BYTES, view } from "../../../../tools/compile/release/image"
import { codeOf, opcodeOf } from "../../../../tools/compile/release/opcodes"
import { instructionsOf, sourceFinder } from "../../../../tools/compile/source-map"
import { printedBy } from "../../vm/printed-by"

const ENTRY = "src/programs/image.ts"

/** More texts than one table has short numbers for. The last ones are used most. */
const TEXTS = Array.from({ length: 600 }, (_, i) => `word-${i}`)

const SOURCE = `import * as ds from "@devicescript/core"

const words = [${TEXTS.map(text => `"${text}"`).join(", ")}]

function often(n: number) {
    const parts: string[] = []
    for (let i = 0; i < n; i++) {
        try {
            if (i === 2) throw new RangeError("two")
            parts.push(words[i] + "word-599" + "grüße" + "word-598")
        } catch (e) {
            parts.push((e as Error).message)
        } finally {
            parts.push(";")
        }
    }
    const count = () => parts.length + n
    return parts.join("") + count() + "word-599" + "word-598"
}

console.log(often(4))
await ds.sleep(1)
console.log("done")
`

const compile = (build: "debug" | "release", source = SOURCE) =>
    compileProgram({ entry: ENTRY, target: "simulator", build, overrides: { [ENTRY]: source } })

let debug: Program
let release: Program

beforeAll(async () => {
    debug = await compile("debug")
    release = await compile("release")
})

test("both builds print the same", async () => {
    const lines = await printedBy(debug.bytecode)
    expect(lines).toContain("done")
    expect(await printedBy(release.bytecode)).toEqual(lines)
})

test("the release build is smaller and uses both string tables", () => {
    expect(release.sizes.functions).toBeLessThan(debug.sizes.functions * 0.93)
    const { asciiStrings, utf8Strings } = disassemble(release.bytecode)
    expect(utf8Strings.length).toBeGreaterThanOrEqual(248)
    expect(asciiStrings.length).toBeGreaterThan(300)
})

test("the release build's hash is the SHA-256 of its bytecode, also in the debug information", () => {
    expect(release.hash).toBe(createHash("sha256").update(release.bytecode).digest("hex"))
    expect(release.debugInfo).toMatchObject({ binarySHA256: release.hash })
    expect(release.hash).not.toBe(debug.hash)
})

test("reassembling the release build changes no function's size", () => {
    const again = assemble(disassemble(release.bytecode)).bytecode
    const sizes = (bytes: Uint8Array) => disassemble(bytes).functions.map(fn => fn.length)
    expect(sizes(again)).toEqual(sizes(release.bytecode))
})

/** Instructions that the passes can remove, move or turn into others. All others have an effect of their own. */
const MOVABLE = /local|^call|ret|^jmp|^undefined$|literal|^-?\d+$|string|static_function|true|false/

test("functions keep their names, and instructions their source lines", () => {
    const places = ({ bytecode, debugInfo }: Program) => {
        const sourceAt = sourceFinder(debugInfo)
        const marks = instructionsOf(debugInfo)
        return disassemble(bytecode).functions.flatMap((fn, i) => {
            const { startpc, size } = debugInfo.functions[i]!
            expect({ startpc, size }).toEqual({ startpc: fn.start, size: fn.length + FUNCTION_BYTES })
            return fn.instructions.flatMap(({ code, from }) => {
                const { name } = opcodeOf(code)!
                const mark = marks.findLast(({ offset }) => offset <= from)!
                const { source, within } = sourceAt(mark.position)
                return MOVABLE.test(name) ? [] : [`${name} ${source.path}:${within}`]
            })
        })
    }
    const expected = places(debug).sort()
    expect(expected.length).toBeGreaterThan(100)
    expect(places(release).sort()).toEqual(expected)
    const names = (program: Program) => program.debugInfo.functions.map(({ name }) => name)
    for (const name of names(release)) expect(names(debug)).toContain(name)
})

test("refuses a program that is too large and reports its size", async () => {
    const line = (i: number) => `    const v${i} = Math.floor(a * ${i + 1000} / 7 + ${i}) % 1000\n`
    const body = Array.from({ length: 60 }, (_, i) => line(i)).join("")
    const large = Array.from({ length: 60 }, (_, n) => `function f${n}(a: number) {\n${body}return v59 }\n`)
    const calls = large.map((_, n) => `f${n}(${n})`).join(" + ")
    const error = await compile("debug", `${large.join("")}console.log(${calls})\n`).catch(e => e)
    expect(error).toBeInstanceOf(ProgramTooLargeError)
    expect(error.functions).toBeGreaterThan(error.limit)
    expect(error.message).toContain(`functions take ${error.functions} bytes`)
})

describe("refuses a bad image", () => {
    const CASES: [string, Defect, (bytes: Uint8Array) => void][] = [
        ["another kind of file", "header", bytes => bytes.set([1, 2, 3, 4])],
        ["a section at the wrong offset", "section", bytes => view(bytes).setUint32(40, 12, true)],
        ["code outside its section", "function table", bytes => setFunction(bytes, 1, 4, 0x8000)],
        ["functions with a gap", "function table", bytes => setFunction(bytes, 1, 0, HEADER_BYTES)],
        [
            "an unknown opcode",
            "opcode",
            bytes => {
                bytes[place(bytes, "jmp_z")] = 0x7f
            },
        ],
        [
            "a jump into the middle of an instruction",
            "jump target",
            bytes => {
                bytes[place(bytes, "jmp_z") + 1] = 1
            },
        ],
        [
            "an unknown local variable",
            "index",
            bytes => {
                bytes[place(bytes, "load_local") + 1] = 200
            },
        ],
        [
            "an unknown string",
            "index",
            bytes => {
                bytes[place(bytes, "static_utf8_string")] = codeOf("static_function")
                bytes[place(bytes, "static_function") + 1] = 247
            },
        ],
        [
            "a statement that leaves a value",
            "stack depth",
            bytes => {
                bytes[place(bytes, "call2")] = codeOf("call1")
            },
        ],
        [
            "a handler without a try",
            "exception handler",
            bytes => {
                bytes[place(bytes, "try")] = codeOf("jmp_ret_val_z")
            },
        ],
        [
            "code that runs past its end",
            "end of code",
            bytes => {
                const { start, length, instructions } = disassemble(bytes).functions.at(-1)!
                bytes[instructions.at(-1)!.from] = codeOf("store_ret_val")
                expect(start + length).toBeLessThan(bytes.length)
            },
        ],
    ]

    test.each(CASES)("%s: %s", (_, defect, spoil) => {
        const bytes = Uint8Array.from(release.bytecode)
        checkImage(bytes)
        spoil(bytes)
        const error = thrown(() => checkImage(bytes))
        expect(error).toBeInstanceOf(BadImageError)
        expect((error as BadImageError).defect).toBe(defect)
    })
})

function setFunction(bytes: Uint8Array, index: number, field: number, value: number): void {
    view(bytes).setUint32(HEADER_BYTES + index * FUNCTION_BYTES + field, value, true)
}

/** Offset of the first instruction with this name. */
function place(bytes: Uint8Array, name: string): number {
    const all = disassemble(bytes).functions.flatMap(fn => fn.instructions)
    return all.find(({ code }) => code === codeOf(name))!.from
}

function thrown(act: () => void): unknown {
    try {
        act()
    } catch (error) {
        return error
    }
    return undefined
}
