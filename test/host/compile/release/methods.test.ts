import { beforeAll, expect, test } from "vitest"
import { compileProgram, type Program } from "../../../../tools/compile/compile"
import { withSourceLines } from "../../../../tools/compile/crash-place"
import { disassemble } from "../../../../tools/compile/release/assembly"
import { methodsOf } from "../../../../tools/compile/release/methods"
import { printedBy } from "../../vm/printed-by"

const ENTRY = "src/programs/methods.ts"

/** Every way to reach a method, including some that types do not show. */
const SOURCE = `import * as ds from "@devicescript/core"
import { locate } from "../kernel/fault"

interface Port { open(n: number): number }

class Plain {
    total = 1
    add(n: number): number { this.total += n; return this.total }
    twice(n: number): number { return this.add(n) + this.add(this.add(n)) }
    async later(n: number) { this.total = n; await ds.sleep(1) }
    fail(): number { const nothing: Plain = undefined; return nothing.total }
}

class Line implements Port { open(n: number): number { return n + 1 } }
class Quiet { open(n: number): number { return n + 2 } }
class Base { step(): string { return "base" } go(): string { return this.step() } }
class Derived extends Base { override step(): string { return "derived" } }
class Hidden { secret(): string { return "found" } onlyByName(): string { return "by name" } }
class Refused extends Error { constructor(readonly code: number) { super("refused " + code) } }
class Never extends Refused { constructor() { super(9) } }

function call(callback: (n: number) => number) { return callback(5) }
function open(port: Port) { return port.open(10) }

const plain = new Plain()
console.log("calls " + plain.add(2) + " " + plain.twice(3))
const add = plain.add
console.log("values " + add(1) + " " + call(plain.add) + " " + (add === plain.add))
plain.later.start(40)
await ds.sleep(10)
console.log("started " + plain.total)
console.log("ports " + open(new Line()) + " " + open(new Quiet()))
const bases: Base[] = [new Base(), new Derived()]
for (const base of bases) console.log("go " + base.go() + " " + (base instanceof Derived))
const hidden = new Hidden()
console.log("any " + (hidden as any).secret())
const name = "onlyBy" + "Name"
console.log("name " + (hidden as any)[name]())
const missing: Plain = undefined
console.log("missing " + (missing?.add(1) ?? "nothing"))
try {
    throw new Refused(7)
} catch (e) {
    const error = e as Error
    console.log("error " + error.name + " " + error.message + " " + (e instanceof Refused) + (e instanceof Never))
}
try {
    plain.fail()
} catch (e) {
    console.log("place " + locate(e as Error))
}
console.log("json " + JSON.stringify(plain))
class Named { label(): string { return "class" } }
function label(it: Named | { "label"(): string }) { return it.label() }
console.log("labels " + label(new Named()) + " " + label({ "label": () => "object" }))
`

const EXPECTED = [
    "calls 3 24",
    "values 19 24 true",
    "started 40",
    "ports 11 12",
    "go base false",
    "go derived true",
    "any found",
    "name by name",
    "missing nothing",
    "error Refused refused 7 truefalse",
    `place TypeError: getting field 'total' of undefined (${ENTRY}:11 < ${ENTRY}:48)`,
    `json {"total":40}`,
    "labels class object",
]

const programs = new Map<string, Program>()

beforeAll(async () => {
    for (const build of ["debug", "release"] as const)
        programs.set(
            build,
            await compileProgram({
                entry: ENTRY,
                target: "simulator",
                build,
                overrides: { [ENTRY]: SOURCE },
            }),
        )
})

test.each(["debug", "release"])("methods work in the %s build, however they are called", async build => {
    const { bytecode, debugInfo } = programs.get(build)!
    const told = (await printedBy(bytecode)).map(text => withSourceLines(text, debugInfo))
    for (const line of EXPECTED) expect(told).toContain(line)
})

test("keeps only overridden methods and those called through any in prototypes", () => {
    const { bytecode, debugInfo } = programs.get("release")!
    const assembly = disassemble(bytecode)
    const own = methodsOf(assembly)
        .map(({ owner, name }) => `${debugInfo.functions[owner]!.name}.${name}`)
        .filter(name => /^(Plain|Line|Quiet|Base|Derived|Hidden)\./.test(name))
    expect(own.sort()).toEqual(["Base.step", "Derived.step", "Hidden.onlyByName", "Hidden.secret"])
})

test("leaves no generated names in the build", () => {
    const { bytecode, debugInfo } = programs.get("release")!
    const { asciiStrings, utf8Strings } = disassemble(bytecode)
    for (const text of [...asciiStrings, ...utf8Strings])
        expect(Buffer.from(text).toString()).not.toMatch(/\w\$\d+$/)
    for (const { name } of debugInfo.functions) expect(name).not.toMatch(/\$\d/)
    expect(debugInfo.sources.find(it => it.path === ENTRY)!.text).toBe(SOURCE)
})
