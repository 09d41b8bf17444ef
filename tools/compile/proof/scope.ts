/** Types of generated values. A number can also be `undefined`, for example a parameter that was not passed. */
export type Type =
    | "number"
    | "string"
    | "boolean"
    | "numbers"
    | "buffer"
    | "callback"
    | ClassShape
    | ErrorShape

export interface Variable {
    readonly name: string
    readonly type: Type
    readonly constant: boolean
    /** Whether closures can use it; the compiler rejects closures over variables of loops and blocks. */
    readonly free: boolean
}

export interface Method {
    readonly name: string
    /** Whether its only argument, a number, can be omitted. */
    readonly optional: boolean
    readonly isStatic: boolean
}

/** A generated class. Its methods take a number and return a number. */
export interface ClassShape {
    readonly kind: "class"
    readonly name: string
    readonly base?: ClassShape
    readonly fields: readonly string[]
    /** Its own methods and the inherited ones. */
    readonly methods: readonly Method[]
    /** Interfaces that it implements, each with one method. */
    readonly interfaces: readonly { readonly name: string; readonly method: string }[]
    readonly abstract: boolean
}

export interface ErrorShape {
    readonly kind: "error"
    readonly name: string
}

/** The classes generated so far, as far as expressions and statements use them. */
export interface KnownClasses {
    readonly errors: readonly ErrorShape[]
    /** Classes that can be instantiated. */
    readonly concrete: readonly ClassShape[]
    /** Source texts of top-level functions that are each called from one place only. */
    readonly onceCalled: string[]
    /** A random static method as `Class.method`; `undefined` if there is none. */
    staticMethod(): string | undefined
}

export function isClass(type: Type): type is ClassShape {
    return typeof type === "object" && type.kind === "class"
}

/** The variables that a place in a program can use. */
export class Scope {
    constructor(
        readonly variables: readonly Variable[],
        /** Whether this is a closure, which can only use free variables. */
        readonly closed = false,
    ) {}

    of(type: Type | ((type: Type) => boolean)): Variable[] {
        const fits = typeof type === "function" ? type : (it: Type) => it === type
        return this.variables.filter(it => fits(it.type) && (!this.closed || it.free))
    }

    with(...more: Variable[]): Scope {
        return new Scope([...this.variables, ...more], this.closed)
    }

    /** The scope of a closure with these parameters. Nested closures can use the parameters, too. */
    inside(...parameters: Variable[]): Scope {
        return new Scope([...this.variables.filter(it => it.free), ...parameters], true)
    }
}
