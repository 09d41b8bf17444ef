import type { Choices } from "./choices"
import type { Names } from "./names"
import { type ClassShape, isClass, type KnownClasses, type Scope } from "./scope"

const TEXTS = [
    "",
    "a",
    "meter",
    "on the line: ",
    "größe ≥ 3",
    "0.25",
    " 12 ",
    "A text of more than fifty characters, which has no place in ASCII",
]
const NUMBERS = [
    "0",
    "1",
    "7",
    "100",
    "240",
    "1000",
    "65536",
    "0.5",
    "1.25",
    "-3",
    "-0.75",
    "2147483647",
    "1e10",
    "(0 / 0)",
]
const OPERATORS = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", ">>>"]
const COMPARISONS = ["<", "<=", ">", ">=", "===", "!=="]

/** A generated function. It takes two numbers and returns one. */
export interface Callable {
    readonly name: string
}

/** Generates expressions of a requested type. */
export class ExpressionMaker {
    readonly functions: Callable[] = []
    /** The class of `this` inside a method. */
    self: ClassShape | undefined
    /** What the enclosing function returns. */
    returns: "number" | "nothing" = "nothing"

    constructor(
        protected readonly choices: Choices,
        protected readonly names: Names,
        protected readonly classes: KnownClasses,
    ) {}

    number(scope: Scope, depth: number): string {
        const { choices } = this
        const makers: (() => string | undefined)[] = [
            () => choices.pick(NUMBERS),
            () => `${choices.integer()}`,
            () => this.variable(scope, "number"),
            () => this.variable(scope, "number"),
            () => this.field(scope),
        ]
        if (depth > 0)
            makers.push(
                () => this.binary(scope, depth),
                () => this.binary(scope, depth),
                () =>
                    `(${this.boolean(scope, depth - 1)} ? ${this.number(scope, depth - 1)} : ${this.number(scope, depth - 1)})`,
                () =>
                    `Math.${choices.pick(["abs", "floor", "ceil", "round"])}(${this.number(scope, depth - 1)})`,
                () =>
                    `Math.${choices.pick(["min", "max", "imul"])}(${this.number(scope, depth - 1)}, ${this.number(scope, depth - 1)})`,
                () => `${this.text(scope, depth - 1)}.length`,
                () => this.element(scope, depth),
                () => this.call(scope, depth),
                () => this.methodCall(scope, depth),
                () => this.methodCall(scope, depth),
                () => this.callback(scope, depth),
                () => `(- ${this.number(scope, depth - 1)})`,
                () => `(~${this.number(scope, depth - 1)})`,
            )
        return choices.pick(makers)() ?? choices.pick(NUMBERS)
    }

    private variable(scope: Scope, type: "number" | "string" | "boolean"): string | undefined {
        const variables = scope.of(type)
        return variables.length > 0 ? this.choices.pick(variables).name : undefined
    }

    private binary(scope: Scope, depth: number): string {
        return `(${this.number(scope, depth - 1)} ${this.choices.pick(OPERATORS)} ${this.number(scope, depth - 1)})`
    }

    private element(scope: Scope, depth: number): string | undefined {
        const arrays = scope.of(type => type === "numbers" || type === "buffer")
        if (arrays.length === 0) return undefined
        const array = this.choices.pick(arrays).name
        return this.choices.chance(30)
            ? `${array}.length`
            : `(${array}[${this.number(scope, depth - 1)} & 7] ?? -1)`
    }

    private call(scope: Scope, depth: number): string | undefined {
        if (this.functions.length === 0) return undefined
        const { name } = this.choices.pick(this.functions)
        return `${name}(${this.number(scope, depth - 1)}, ${this.number(scope, depth - 1)})`
    }

    private field(scope: Scope): string | undefined {
        const target = this.object(scope)
        if (!target || target.shape.fields.length === 0) return undefined
        return `${target.text}.${this.choices.pick(target.shape.fields)}`
    }

    /** Some calls are static, or go through an interface, `any`, `?.` or a callback. */
    private methodCall(scope: Scope, depth: number): string | undefined {
        const argument = this.number(scope, depth - 1)
        if (this.choices.chance(15)) {
            const call = this.classes.staticMethod()
            if (call) return `${call}(${argument})`
        }
        const target = this.object(scope)
        const methods = target?.shape.methods.filter(it => !it.isStatic) ?? []
        if (!target || methods.length === 0) return undefined
        const method = this.choices.pick(methods)
        const given = method.optional && this.choices.chance(50) ? "" : argument
        const interfaces = target.shape.interfaces
        if (interfaces.length > 0 && this.choices.chance(30)) {
            const { name, method } = this.choices.pick(interfaces)
            return `(${target.text} as ${name}).${method}(${argument})`
        }
        if (this.choices.chance(8)) return `(${target.text} as any).${method.name}(${given})`
        if (this.choices.chance(10)) return `(${target.text}?.${method.name}(${given}) ?? 1)`
        if (this.choices.chance(10)) return `apply(${target.text}.${method.name}, ${argument})`
        return `${target.text}.${method.name}(${given})`
    }

    protected object(scope: Scope): { text: string; shape: ClassShape } | undefined {
        const variables = scope.of(isClass)
        if (this.self && !scope.closed && this.choices.chance(50)) return { text: "this", shape: this.self }
        if (variables.length === 0) return undefined
        const { name, type } = this.choices.pick(variables)
        return { text: name, shape: type as ClassShape }
    }

    private callback(scope: Scope, depth: number): string | undefined {
        const callbacks = scope.of("callback")
        if (callbacks.length === 0) return undefined
        return `${this.choices.pick(callbacks).name}(${this.number(scope, depth - 1)})`
    }

    text(scope: Scope, depth: number): string {
        const { choices } = this
        const makers: (() => string | undefined)[] = [
            () => JSON.stringify(choices.pick(TEXTS)),
            () => JSON.stringify(this.names.next("text")),
            () => this.variable(scope, "string"),
        ]
        if (depth > 0)
            makers.push(
                () => `(${this.text(scope, depth - 1)} + ${this.text(scope, depth - 1)})`,
                () => `("" + ${this.number(scope, depth - 1)})`,
                () => `\`<\${${this.number(scope, depth - 1)}}|\${${this.text(scope, depth - 1)}}>\``,
                () => `${this.text(scope, depth - 1)}.slice(${choices.number(3)})`,
                () => `("" + ${this.text(scope, depth - 1)}.charAt(${choices.number(5)}))`,
                () => this.joined(scope),
                () => this.printed(scope),
            )
        return choices.pick(makers)() ?? '"-"'
    }

    private joined(scope: Scope): string | undefined {
        const arrays = scope.of("numbers")
        return arrays.length > 0 ? `${this.choices.pick(arrays).name}.join(",")` : undefined
    }

    private printed(scope: Scope): string | undefined {
        const objects = scope.of(isClass)
        if (objects.length === 0) return undefined
        const { name } = this.choices.pick(objects)
        return this.choices.chance(50) ? `JSON.stringify(${name})` : `Object.keys(${name}).join()`
    }

    boolean(scope: Scope, depth: number): string {
        const { choices } = this
        const makers: (() => string | undefined)[] = [
            () => choices.pick(["true", "false"]),
            () => this.variable(scope, "boolean"),
            () => this.comparison(scope, Math.max(depth - 1, 0)),
        ]
        if (depth > 0)
            makers.push(
                () => `((${this.text(scope, depth - 1)} as string) === ${this.text(scope, depth - 1)})`,
                () => `!${this.boolean(scope, depth - 1)}`,
                () =>
                    `(${this.boolean(scope, depth - 1)} ${choices.pick(["&&", "||"])} ${this.boolean(scope, depth - 1)})`,
                () => this.instance(scope),
            )
        return choices.pick(makers)() ?? "false"
    }

    private comparison(scope: Scope, depth: number): string {
        const sides = [this.number(scope, depth), this.number(scope, depth)]
        return `((${sides[0]} as number) ${this.choices.pick(COMPARISONS)} ${sides[1]})`
    }

    private instance(scope: Scope): string | undefined {
        const objects = scope.of(isClass)
        if (objects.length === 0) return undefined
        const { name, type } = this.choices.pick(objects)
        const { base } = type as ClassShape
        const shape = base && this.choices.chance(50) ? base : (type as ClassShape)
        return `((${name} as any) instanceof ${shape.name})`
    }
}
