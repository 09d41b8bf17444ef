import ts from "typescript"
import { beforeAll, describe, expect, test } from "vitest"
import { compileProgram, type Program } from "../../../../tools/compile/compile"
import { assemble, disassemble, type Pass } from "../../../../tools/compile/release/assembly"
import { checkImage } from "../../../../tools/compile/release/check"
import { forwardValues } from "../../../../tools/compile/release/forward-values"
import { inlineCalls } from "../../../../tools/compile/release/inline-calls"
import { shareSlots } from "../../../../tools/compile/release/share-slots"
import { printedBy } from "../../vm/printed-by"

const ENTRY = "src/programs/inlining.ts"
const LAST_LINE = "that was all"

/** Values, variables and returns that cross the border of a function called once, or of a `try`. */
const SOURCE = `
const said: string[] = []
function say(text: string) {
    said.push(text)
}

let total = 0

function sum(a: number, b: number) {
    return a * 10 + b
}
function early(n: number): string {
    if (n > 5) return "large"
    if (n < 0) return "negative"
    for (let i = 0; i < n; i++) if (i * i > n) return "root " + i
    return "small"
}
function nothing(n: number): void {
    if (n > 2) return
    total += n
}
function unset(n: number): string {
    let late: number
    if (n % 2 === 0) late = n
    return "late " + late
}
function optional(a: number, b?: number): string {
    if (b === undefined) b = 7
    return a + "/" + b
}
function passOn(n: number): string {
    return last(n + 1)
}
function last(n: number): string {
    return "last " + n
}
function swap(a: number, b: number): string {
    const old = a
    a = b
    b = old
    return a + " " + b
}
function order(a: string, b: string): string {
    return b + a
}
function effect(n: number): number {
    total += n
    return total
}
function failing(n: number): number {
    if (n === 2) throw new RangeError("two")
    return n
}
function fromTry(n: number): string {
    const before = n + 1
    try {
        if (n === 0) return "early " + before
        if (n === 1) throw new RangeError("one")
        say("in " + n)
    } catch (e) {
        const text = (e as Error).message
        if (n === 1) return "caught " + text + before
    } finally {
        const inside = before * 2
        const more = inside + before
        say("finally " + inside + " " + more)
    }
    return "late " + before
}
function kept(n: number): number {
    let result = 0
    for (let i = 0; i < 4; i++) {
        const square = i * i
        try {
            if (square > n) continue
            if (i === 3) break
            result += square
        } finally {
            const a = result + 1
            const b = a + square
            say("kept " + a + " " + b)
        }
        say("after " + square)
    }
    return result
}
function nested(n: number): string {
    let text = ""
    try {
        try {
            if (n === 1) return text + "inner"
            text += "a"
        } finally {
            const x = text + "b"
            text = x + x
        }
        if (n === 2) return text + "outer"
    } finally {
        const y = text.length
        say("length " + y)
        text += y
    }
    return text
}
function loops(n: number): string {
    let text = ""
    while (n > 0) {
        text = text + unsetInLoop(n) + ";"
        n--
    }
    return text
}
function unsetInLoop(n: number): string {
    let found: string
    if (n === 2) found = "two"
    const copy = found
    found = "x"
    return copy + found
}
function condition(n: number): boolean {
    return n > 1 && n < 4
}
class Counter {
    count = 0
    constructor(start: number) {
        this.count = start
        this.begin()
    }
    begin() {
        this.count += 100
        if (this.count > 150) return
        this.count++
    }
    add(n: number): number {
        return (this.count += n)
    }
}

const passed = [1, 2, 3]
function main(): void {
    let x = 3
    x = sum(x, x + 1)
    say("sum " + x)
    for (let i = -1; i < 8; i += 2) say(early(i))
    for (let i = 1; i < 5; i++) nothing(i)
    say("total " + total)
    for (let i = 0; i < 3; i++) say(unset(i))
    say(optional(1))
    say(passOn(1))
    say(swap(x, 2) + " " + x)
    say(order("a" + effect(1), "b" + effect(2)))
    for (let i = 0; i < 4; i++) {
        try {
            say("value " + failing(i))
        } catch (e) {
            say((e as Error).message)
        }
    }
    for (let i = 0; i < 3; i++) say(fromTry(i))
    say("kept " + kept(2))
    for (let i = 0; i < 3; i++) say(nested(i))
    say(loops(3))
    for (const n of passed) if (condition(n)) say("yes " + n)
    const counter = new Counter(1)
    say("counter " + counter.count + " " + counter.add(5) + " " + new Counter(99).count)
}
main()
for (const text of said) console.log(text)
console.log("${LAST_LINE}")
`

const VARIANTS: Readonly<Record<string, Pass>> = {
    inlined: inlineCalls,
    forwarded: forwardValues,
    shared: shareSlots,
    "inlined, forwarded and shared": assembly => shareSlots(forwardValues(inlineCalls(assembly))),
}

let debug: Program
let release: Program
let expected: string[]

beforeAll(async () => {
    const program = (build: "debug" | "release") =>
        compileProgram({ entry: ENTRY, target: "simulator", build, overrides: { [ENTRY]: SOURCE } })
    debug = await program("debug")
    release = await program("release")
    expected = printedByJavaScript()
})

/** What the program prints when it runs as JavaScript. */
function printedByJavaScript(): string[] {
    const lines: string[] = []
    const code = ts.transpile(SOURCE, { target: ts.ScriptTarget.ES2022 })
    new Function("console", code)({ log: (text: string) => lines.push(text) })
    return lines
}

describe("functions called once, and values passed through variables", () => {
    test("do the same as in JavaScript in the debug build", async () => {
        expect(expected.at(-1)).toBe(LAST_LINE)
        expect(expected.length).toBeGreaterThan(40)
        expect(await printedBy(debug.bytecode)).toEqual(expected)
    })

    test("do the same in the release build, in fewer functions", async () => {
        expect(await printedBy(release.bytecode)).toEqual(expected)
        const count = (program: Program) => disassemble(program.bytecode).functions.length
        expect(count(release)).toBeLessThan(count(debug) - 10)
    })

    test.each(Object.entries(VARIANTS))("do the same when %s", async (_, pass) => {
        const { bytecode } = assemble(pass(disassemble(debug.bytecode)))
        checkImage(bytecode)
        expect(await printedBy(bytecode)).toEqual(expected)
    })
})
