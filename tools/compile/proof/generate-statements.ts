import type { Choices } from "./choices"
import { ExpressionMaker } from "./generate-expressions"
import type { Names } from "./names"
import { type KnownClasses, Scope, type Type, type Variable } from "./scope"

/** The block that statements are generated for. */
interface Place {
    readonly depth: number
    readonly inLoop: boolean
    /** Whether closures can use the variables declared here. */
    readonly free: boolean
}

/** Percentage of blocks that are long enough for jumps of three bytes. */
const LONG_BLOCKS = 3

/** Maximum number of variables in a function; the compiler accepts some 140. */
const MOST_VARIABLES = 70

/** Maximum nesting depth of functions that are called only once. */
const DEEPEST_ONCE = 2

/** Generates statements. */
export class StatementMaker extends ExpressionMaker {
    private onceDepth = 0
    /** Number of variables declared in the function so far. */
    private declared = 0

    constructor(choices: Choices, names: Names, classes: KnownClasses) {
        super(choices, names, classes)
    }

    functionDeclaration(): string {
        const name = this.names.next("work")
        this.returns = "number"
        const parameter = (name: string): Variable => ({ name, type: "number", constant: true, free: true })
        const scope = new Scope([parameter("a"), parameter("b")])
        const body = this.body(scope, 1 + this.choices.number(3))
        const result = this.number(scope, 2)
        this.functions.push({ name })
        this.returns = "nothing"
        return `function ${name}(a: number, b: number): number {\nspend()\n${body}return ${result}\n}\n`
    }

    /** Statements of a function. */
    body(scope: Scope, count: number, depth = 2): string {
        this.declared = 0
        return this.block(scope, count, { depth, inLoop: false, free: true })
    }

    private block(scope: Scope, count: number, place: Place): string {
        let inside = scope
        const lines: string[] = []
        const length = place.depth > 1 && this.choices.chance(LONG_BLOCKS) ? count + 25 : count
        for (let n = 0; n < length; n++) {
            const { text, variable } = this.statement(inside, place)
            lines.push(`${text}\n`)
            if (variable && place.free) lines.push(this.showing(variable))
            if (variable) inside = inside.with(variable)
        }
        return lines.join("")
    }

    private statement(scope: Scope, place: Place): { text: string; variable?: Variable } {
        const { choices } = this
        const makers: (() => { text: string; variable?: Variable } | undefined)[] = [
            () => this.declaration(scope, place),
            () => this.declaration(scope, place),
            () => this.declaration(scope, place),
            () => ({ text: this.saying(scope) }),
            () => ({ text: this.saying(scope) }),
            () => this.assignment(scope),
            () => this.assignment(scope),
            () => this.mutation(scope),
            () => this.ending(scope, place),
            () => this.callOnce(scope),
        ]
        if (place.depth > 0)
            makers.push(
                () => ({ text: this.condition(scope, place) }),
                () => ({ text: this.condition(scope, place) }),
                () => ({ text: this.loop(scope, place) }),
                () => ({ text: this.trial(scope, place) }),
                () => ({ text: this.selection(scope, place) }),
            )
        return choices.pick(makers)() ?? { text: this.saying(scope) }
    }

    private saying(scope: Scope): string {
        return `say(${this.text(scope, 2)})`
    }

    private showing({ name, type }: Variable): string {
        if (type === "callback") return `say("" + ${name}(3))\n`
        const text = typeof type === "object" || type === "numbers" ? `JSON.stringify(${name})` : name
        return `say("${name} " + ${text})\n`
    }

    private declaration(scope: Scope, place: Place): { text: string; variable: Variable } | undefined {
        if (this.declared++ > MOST_VARIABLES) return undefined
        const { choices } = this
        const name = this.names.next("v")
        const constant = choices.chance(40)
        const classes = this.classes.concrete
        const types: Type[] = ["number", "number", "string", "boolean", "numbers", "buffer", ...classes]
        if (place.free) types.push("callback", "callback")
        const type = choices.pick(types)
        const annotation = ["number", "string", "boolean"].includes(type as string) ? `: ${type}` : ""
        const text = `${constant ? "const" : "let"} ${name}${annotation} = ${this.value(type, scope)}`
        return { text, variable: { name, type, constant, free: place.free } }
    }

    private value(type: Type, scope: Scope): string {
        const { choices } = this
        if (type === "number") return this.number(scope, 2)
        if (type === "string") return this.text(scope, 2)
        if (type === "boolean") return this.boolean(scope, 2)
        if (type === "numbers")
            return `[${this.number(scope, 1)}, ${this.number(scope, 1)}, ${choices.number(99)}]`
        if (type === "buffer")
            return choices.chance(50) ? "Buffer.alloc(8)" : "hex`0102f0ff807f0010`.slice(0)"
        if (type === "callback") return this.callbackValue(scope)
        if (type.kind === "class") return `new ${type.name}()`
        return `new ${type.name}("made", 1)`
    }

    /** A closure, or a method read from its object. */
    private callbackValue(scope: Scope): string {
        const target = this.object(scope)
        const methods = target?.shape.methods.filter(it => !it.isStatic && !it.optional) ?? []
        if (methods.length > 0 && this.choices.chance(30))
            return `${target!.text}.${this.choices.pick(methods).name}`
        const name = this.names.next("p")
        const inside = scope.inside({ name, type: "number", constant: true, free: true })
        const self = this.self
        this.self = undefined
        const text = this.choices.chance(70)
            ? `(${name}: number): number => ${this.number(inside, 2)}`
            : `(${name}: number): number => {\nspend()\n${this.saying(inside)}\nreturn ${this.number(inside, 2)}\n}`
        this.self = self
        return text
    }

    private assignment(scope: Scope): { text: string } | undefined {
        const variables = scope
            .of(type => ["number", "string", "boolean"].includes(type as string))
            .filter(it => !it.constant)
        if (variables.length === 0) return undefined
        const { name, type } = this.choices.pick(variables)
        if (type === "string") return { text: `${name} = ${this.text(scope, 1)}.slice(0, 60)` }
        if (type === "boolean") return { text: `${name} = ${this.boolean(scope, 2)}` }
        const ways = [
            `${name}++`,
            `${name} = ${this.number(scope, 2)}`,
            `${name} += ${this.number(scope, 1)}`,
        ]
        return { text: this.choices.pick(ways) }
    }

    private mutation(scope: Scope): { text: string } | undefined {
        const holders = scope.of(type => type === "numbers" || type === "buffer" || typeof type === "object")
        if (holders.length === 0) return undefined
        const { name, type } = this.choices.pick(holders)
        if (type === "numbers") return { text: `${name}.push(${this.number(scope, 1)})` }
        if (type === "buffer")
            return { text: `${name}[${this.choices.number(7)}] = ${this.number(scope, 1)}` }
        if (typeof type !== "object" || type.kind !== "class" || type.fields.length === 0) return undefined
        return { text: `${name}.${this.choices.pick(type.fields)} = ${this.number(scope, 2)}` }
    }

    /** A call of a function that is called nowhere else, in one of the positions that a call can have. */
    private callOnce(scope: Scope): { text: string } | undefined {
        const { choices } = this
        if (this.onceDepth >= DEEPEST_ONCE || !choices.chance(40 - 20 * this.onceDepth)) return undefined
        const count = choices.number(3)
        const given = choices.chance(70) ? count : choices.number(count)
        const returns = choices.chance(70) ? "number" : "nothing"
        const values = Array.from({ length: given }, () => this.number(scope, 1))
        const call = `${this.onceFunction(count, given, returns)}(${values.join(", ")})`
        const when = `if (${this.boolean(scope, 1)}) `
        if (returns === "nothing") {
            const leaves = this.returns === "nothing" && choices.chance(30)
            return { text: leaves ? `${when}{\n${call}\nreturn\n}` : call }
        }
        const ways = [call, `say("once " + ${call})`, `say("" + (${this.number(scope, 1)} + ${call}))`]
        if (this.returns === "number") ways.push(`${when}return ${call}`)
        const variables = scope.of("number").filter(it => !it.constant)
        for (const { name } of variables.slice(-2)) ways.push(`${name} = ${call}`, `${name} += ${call}`)
        return { text: choices.pick(ways) }
    }

    /** @returns the name of the generated function */
    private onceFunction(count: number, given: number, returns: "number" | "nothing"): string {
        const { choices, declared } = this
        const outer = { returns: this.returns, self: this.self }
        const name = this.names.next("once")
        this.returns = returns
        this.self = undefined
        this.onceDepth++
        const parameters = Array.from({ length: count }, (_, i) => {
            return { name: this.names.next("p"), constant: false, optional: i >= given }
        })
        const known = parameters.map((it): Variable => ({ ...it, type: "number", free: true }))
        const late = this.names.next("late")
        const scope = new Scope([...known, { name: late, type: "number", constant: false, free: false }])
        const parts = [`let ${late}: number\n`]
        if (choices.chance(50)) parts.push("spend()\n")
        if (choices.chance(50))
            parts.push(`if (${this.boolean(scope, 1)}) ${late} = ${this.number(scope, 1)}\n`)
        parts.push(this.body(scope, choices.number(2), 1))
        if (returns === "number") parts.push(`return ${this.number(scope, 2)}\n`)
        this.onceDepth--
        Object.assign(this, outer, { declared })
        const list = parameters.map(it => `${it.name}${it.optional ? "?" : ""}: number`)
        const type = returns === "number" ? "number" : "void"
        this.classes.onceCalled.push(`function ${name}(${list.join(", ")}): ${type} {\n${parts.join("")}}\n`)
        return name
    }

    /** A conditional `break`, `continue`, `throw` or `return`, or nothing. */
    private ending(scope: Scope, place: Place): { text: string } | undefined {
        const when = `if (${this.boolean(scope, 2)}) `
        if (place.inLoop && this.choices.chance(50))
            return { text: `${when}${this.choices.pick(["break", "continue"])}` }
        if (this.choices.chance(30)) return { text: `${when}${this.throwing(scope)}` }
        if (!this.choices.chance(30)) return undefined
        return { text: `${when}${this.returns === "number" ? `return ${this.number(scope, 1)}` : "return"}` }
    }

    private throwing(scope: Scope): string {
        const errors = this.classes.errors
        const name = errors.length > 0 && this.choices.chance(60) ? this.choices.pick(errors).name : undefined
        if (name) return `throw new ${name}(${this.text(scope, 0)}, ${this.number(scope, 1)})`
        return `throw new ${this.choices.pick(["Error", "RangeError", "TypeError"])}(${this.text(scope, 0)})`
    }

    private condition(scope: Scope, place: Place): string {
        const inner = { ...place, depth: place.depth - 1, free: false }
        const then = this.block(scope, 1 + this.choices.number(1), inner)
        const head = `if (${this.boolean(scope, 2)}) {\n${then}}`
        if (this.choices.chance(50)) return head
        return `${head} else {\n${this.block(scope, 1 + this.choices.number(1), inner)}}`
    }

    private loop(scope: Scope, place: Place): string {
        const inner = { depth: place.depth - 1, inLoop: true, free: false }
        const name = this.names.next("i")
        const inside = scope.with({ name, type: "number", constant: true, free: false })
        const body = (it: Scope) => this.block(it, 1 + this.choices.number(1), inner)
        const bound = 1 + this.choices.number(3)
        const arrays = scope.of("numbers")
        if (arrays.length > 0 && this.choices.chance(30))
            return `for (const ${name} of ${this.choices.pick(arrays).name}.slice(0, 4)) {\n${body(inside)}}`
        if (this.choices.chance(30))
            return `let ${name} = ${bound}\nwhile (${name} > 0) {\n${name}--\n${body(inside)}}`
        return `for (let ${name} = 0; ${name} < ${bound}; ${name}++) {\n${body(inside)}}`
    }

    private trial(scope: Scope, place: Place): string {
        const inner = { ...place, depth: place.depth - 1, free: false }
        const block = () => this.block(scope, 1 + this.choices.number(2), inner)
        const error = this.names.next("e")
        const told = [`say("caught " + (${error} as Error).message)`]
        for (const { name } of this.classes.errors.slice(0, 2))
            told.push(`say("" + (${error} instanceof ${name}) + ((${error} as any).name))`)
        if (this.choices.chance(20)) told.push(`if (${this.boolean(scope, 1)}) throw ${error}`)
        const rescue = `catch (${error}) {\n${told.join("\n")}\n${block()}}`
        const last = `finally {\n${block()}}`
        const leaving = this.returns === "number" ? `return ${this.number(scope, 1)}` : "return"
        const thrown = this.choices.chance(60)
            ? `if (${this.boolean(scope, 1)}) ${this.choices.chance(60) ? this.throwing(scope) : leaving}\n`
            : ""
        const way = this.choices.number(2)
        return `try {\n${block()}${thrown}} ${way !== 1 ? rescue : ""} ${way !== 0 ? last : ""}`
    }

    private selection(scope: Scope, place: Place): string {
        const inner = { ...place, depth: place.depth - 1, inLoop: false, free: false }
        const cases = Array.from({ length: 1 + this.choices.number(3) }, (_, i) => {
            if (this.choices.chance(20)) return `case ${i}:\n`
            return `case ${i}:\n${this.block(scope, 1, inner)}break\n`
        })
        const rest = this.choices.chance(60) ? `default:\n${this.block(scope, 1, inner)}` : ""
        return `switch (${this.number(scope, 1)} & 3) {\n${cases.join("")}${rest}}`
    }
}
