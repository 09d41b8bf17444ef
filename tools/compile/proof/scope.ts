/** Types of generated values. Numbers may be `undefined`, too: from an array's end, for example. */
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
    /** May be used in closures: the compiler refuses variables of loops and blocks there. */
    readonly free: boolean
}

export interface Method {
    readonly name: string
    /** Each takes one number; the last may be left out if it says so. */
    readonly optional: boolean
    readonly isStatic: boolean
}

/** A generated class. Methods take a number and give a number. */
export interface ClassShape {
    readonly kind: "class"
    readonly name: string
    readonly base?: ClassShape
    readonly fields: readonly string[]
    /** Its own ones and those of its base. */
    readonly methods: readonly Method[]
    /** Interfaces that it has; each has one method. */
    readonly interfaces: readonly { readonly name: string; readonly method: string }[]
    readonly abstract: boolean
}

export interface ErrorShape {
    readonly kind: "error"
    readonly name: string
}

/** What expressions and statements use of the classes that a program has so far. */
export interface KnownClasses {
    readonly errors: readonly ErrorShape[]
    /** Those of which objects can be made. */
    readonly concrete: readonly ClassShape[]
    /** Functions that are called at one place, for the top level of the file. */
    readonly onceCalled: string[]
    /** One that can be called, with the name of its class before it. */
    staticMethod(): string | undefined
}

export function isClass(type: Type): type is ClassShape {
    return typeof type === "object" && type.kind === "class"
}

/** What a place in a program can use. */
export class Scope {
    constructor(
        readonly variables: readonly Variable[],
        /** In a closure only free variables are to be had. */
        readonly closed = false,
    ) {}

    of(type: Type | ((type: Type) => boolean)): Variable[] {
        const fits = typeof type === "function" ? type : (it: Type) => it === type
        return this.variables.filter(it => fits(it.type) && (!this.closed || it.free))
    }

    with(...more: Variable[]): Scope {
        return new Scope([...this.variables, ...more], this.closed)
    }

    /** That of a closure with these parameters, which its own closures may use. */
    inside(...parameters: Variable[]): Scope {
        return new Scope([...this.variables.filter(it => it.free), ...parameters], true)
    }
}
