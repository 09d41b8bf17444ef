import type { Choices } from "./choices"
import { StatementMaker } from "./generate-statements"
import type { Names } from "./names"
import { type ClassShape, type ErrorShape, type KnownClasses, type Method, Scope } from "./scope"

/** Generates classes, some with base classes, overridden methods, interfaces or static methods. */
export class ClassMaker implements KnownClasses {
    readonly classes: ClassShape[] = []
    readonly onceCalled: string[] = []
    readonly errors: ErrorShape[] = []

    constructor(
        private readonly choices: Choices,
        private readonly names: Names,
    ) {}

    make(): string {
        const { choices, names } = this
        const name = names.next("Class")
        const base = this.classes.length > 0 && choices.chance(40) ? choices.pick(this.classes) : undefined
        const fields = base ? [...base.fields] : []
        const own = [choices.number(7), choices.number(7)].map(n => `${names.member(n)}In${base ? name : ""}`)
        const ownFields = [...new Set(own)].filter(field => !fields.includes(field))
        const methods: Method[] = base ? base.methods.filter(it => !it.isStatic) : []
        const abstract = !base && choices.chance(15)
        const shape: ClassShape = {
            kind: "class",
            name,
            base,
            fields: [...fields, ...ownFields],
            methods: [],
            interfaces: [...(base?.interfaces ?? [])],
            abstract,
        }
        const parts: string[] = []
        const bodies: string[] = []
        const known = [...methods]
        const done = new Set<Method>()
        for (let n = choices.number(4); n > 0; n--) {
            const overridden =
                base && choices.chance(40)
                    ? known.find(it => base.methods.includes(it) && !done.has(it))
                    : undefined
            const isStatic = !overridden && choices.chance(15)
            const method: Method = overridden ?? {
                name: `${names.member(choices.number(7))}${isStatic ? "Static" : "By"}`,
                optional: choices.chance(20),
                isStatic,
            }
            const taken = [...known, ...(base?.methods ?? [])]
            if (!overridden && taken.some(it => it.name === method.name)) continue
            done.add(method)
            bodies.push(this.method(method, { ...shape, methods: [...known] }, overridden !== undefined))
            if (!overridden) known.push(method)
            if (!overridden && !isStatic && !method.optional && choices.chance(40)) {
                const type = { name: names.next("Shape"), method: method.name }
                parts.push(`interface ${type.name} { ${type.method}(n: number): number }\n`)
                Object.assign(shape, { interfaces: [...shape.interfaces, type] })
            }
        }
        const complete: ClassShape = { ...shape, methods: known }
        const heads = complete.interfaces.filter(it => !base?.interfaces.includes(it)).map(it => it.name)
        const head = [
            abstract ? "abstract class" : "class",
            name,
            base ? `extends ${base.name}` : "",
            heads.length > 0 ? `implements ${heads.join(", ")}` : "",
        ]
        parts.push(
            `${head.filter(it => it !== "").join(" ")} {\n${this.fields(ownFields, base)}${bodies.join("")}}\n`,
        )
        this.classes.push(complete)
        return parts.join("")
    }

    /** Fields with initial values or set by a constructor, whose parameter can itself be a field. */
    private fields(own: readonly string[], base: ClassShape | undefined): string {
        const { choices } = this
        const lines: string[] = []
        const parameter = own.length > 0 && !base && choices.chance(40) ? own[0] : undefined
        for (const field of own)
            if (field !== parameter) lines.push(`    ${field} = ${choices.number(500)}\n`)
        if (parameter)
            lines.push(`    constructor(public ${parameter} = ${choices.number(9)}) { say("new") }\n`)
        else if (base && choices.chance(50)) {
            const set = own.length > 0 ? `this.${own[0]} = ${choices.number(300)}` : ""
            lines.push(`    constructor() { super(); ${set} }\n`)
        }
        return lines.join("")
    }

    private method(method: Method, shape: ClassShape, overrides: boolean): string {
        const statements = new StatementMaker(this.choices, this.names, this)
        statements.self = method.isStatic ? undefined : shape
        statements.returns = "number"
        const head = [method.isStatic ? "static" : "", overrides ? "override" : "", method.name]
        const scope = new Scope([{ name: "n", type: "number", constant: true, free: true }])
        const body = statements.body(scope, this.choices.number(3))
        const parameter = method.optional ? `n = ${this.choices.number(5)}` : "n: number"
        const result = statements.number(scope, 2)
        return `    ${head.filter(it => it !== "").join(" ")}(${parameter}): number {\nspend()\n${body}return ${result}\n}\n`
    }

    makeError(): string {
        const name = this.names.next("Failure")
        this.errors.push({ kind: "error", name })
        const field = this.choices.chance(50)
        const body = field
            ? `    constructor(message: string, readonly cause: number) { super(message) }\n`
            : `    constructor(message: string, cause: number) { super(message + cause) }\n`
        return `class ${name} extends ${this.choices.pick(["Error", "RangeError"])} {\n${body}}\n`
    }

    /** The classes that can be instantiated. */
    get concrete(): ClassShape[] {
        return this.classes.filter(it => !it.abstract)
    }

    staticMethod(): string | undefined {
        const all = this.classes.flatMap(it =>
            it.methods.filter(m => m.isStatic).map(m => `${it.name}.${m.name}`),
        )
        return all.length > 0 ? this.choices.pick(all) : undefined
    }
}
