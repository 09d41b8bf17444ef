/**
 * A meter model as in its file in `meters/`, with defaults for everything that the file leaves out. `tools/meters` reads
 * and checks these files; the schema beside them explains each name.
 */
export interface MeterModel {
    /** Name in `devicescript.json`: the file's name without `.json`. */
    readonly id: string
    /** Maker and model as printed on the meter. */
    readonly name: string
    /** Other names for the same model. */
    readonly aliases: readonly string[]
    /** Source of the register list. */
    readonly source: string
    readonly line: LineFacts
    readonly timing: Timing
    readonly requests: RequestRules
    /** Current in A below which the meter shows 0 A, but can still show a power. */
    readonly startingCurrent: number
    /** A register that identifies the model, and its valid contents. */
    readonly identity?: { readonly place: RegisterPlace; readonly is: readonly number[] }
    /** In the order of readings and uploads, including hidden ones. */
    readonly fields: readonly ModelField[]
    /** Holding registers that commands change, the slave address first. Empty for a read-only meter. */
    readonly settings: readonly ModelSetting[]
    readonly frames: readonly ModelFrame[]
}

/** A meter's line settings when it leaves the factory, and those that it supports. */
export interface LineFacts {
    readonly baud: number
    readonly bauds: readonly number[]
    readonly format: SerialFormat
    readonly formats: readonly SerialFormat[]
    readonly address: number
}

/** Data bits, parity, stop bits. */
export type SerialFormat = "8N1" | "8N2" | "8E1" | "8O1"

export interface Timing {
    /** Time after power-up during which answers mean nothing, in ms. */
    readonly settleMs: number
    /** Silence that the meter needs between its answer and the next request to it, in ms. */
    readonly pauseMs?: number
    /** Longest time from a request to the first byte of the answer, in ms. */
    readonly timeoutMs?: number
}

export interface RequestRules {
    readonly function: ReadFunction
    /** Most registers in one request. */
    readonly most: number
    /** Most unused registers that one request can read along. */
    readonly gap: number
}

export type ReadFunction = 3 | 4

export type RegisterType =
    | "u8"
    | "i8"
    | "u16"
    | "i16"
    | "u32"
    | "u32le"
    | "i32"
    | "i32le"
    | "u64"
    | "u64le"
    | "i64"
    | "i64le"
    | "f32"
    | "f32le"

/** Where a value is. */
export interface RegisterPlace {
    readonly function: ReadFunction
    readonly at: number
    readonly type: RegisterType
    /** For a value of 8 bits: which half of the register it is. */
    readonly byte: "high" | "low"
}

export interface ModelField {
    readonly name: string
    readonly unit: string
    /** Left out for a sum. */
    readonly place?: RegisterPlace
    /** Fields to add up; those with a minus before their name are subtracted. */
    readonly sum?: readonly string[]
    /** The value of one count of the register, in `unit`. */
    readonly scale: number
    /** Registers that scale this one further. */
    readonly scaleFrom: readonly ScaleRegister[]
    readonly sign?: "negate" | "absolute" | "folded"
    /** The register's content when there is no value, as a number of the register's type. */
    readonly unavailable?: number
    readonly decimals: number
    /** Range in `unit`. */
    readonly min?: number
    readonly max?: number
    /** Whether 0 is a value although it is below `min`: always, never, or as long as others of the kind are not 0. */
    readonly zero: "yes" | "no" | "some"
    readonly counter: boolean
    /** Last value of a counter before it starts again, in `unit`. */
    readonly end?: number
    /** The most that a counter can rise per hour, in `unit`. */
    readonly mostPerHour?: number
    /** Read only if the owner names it. */
    readonly optional: boolean
    /** Used only as part of a sum. */
    readonly hidden: boolean
}

/** A register whose content scales other registers. */
export interface ScaleRegister extends RegisterPlace {
    /** Whether it is the factor itself, the number of decimals, or a code. */
    readonly as: "factor" | "decimals" | "codes"
    /** For a factor: the value of one count. */
    readonly scale: number
    /** For codes: the factor of each code. */
    readonly codes: Readonly<Record<string, number>>
    /** Its usual content. */
    readonly example: number
}

/** A holding register of 16 bits that a command sets. */
export interface ModelSetting {
    readonly name: string
    readonly unit: string
    readonly at: number
    readonly decimals: number
    /** Range in `unit`. */
    readonly min: number
    readonly max: number
    /** For a choice: the register's content for each value. */
    readonly codes?: Readonly<Record<string, number>>
}

/** An answer of this meter, and what it means. */
export interface ModelFrame {
    readonly from: "recorded" | "manual"
    readonly note: string
    readonly request: string
    readonly reply: string
    /** By field; `null` if not available. */
    readonly values: Readonly<Record<string, number | null>>
}

/** Size of a value in bytes. */
export function widthOf(type: RegisterType): number {
    return Number.parseInt(type.slice(1), 10) / 8
}

/** Number of registers that a value takes; part of a register counts as one. */
export function registersOf(type: RegisterType): number {
    return Math.ceil(widthOf(type) / 2)
}
