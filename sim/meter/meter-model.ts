/**
 * A meter model as its file in `meters/` has it, with all that the file may leave out filled in. `tools/meters` reads and
 * checks such files; the schema beside them says what each name means.
 */
export interface MeterModel {
    /** Name in `devicescript.json`: that of the file, without `.json`. */
    readonly id: string
    /** Maker and model as printed on the meter. */
    readonly name: string
    /** Other names that mean the same. */
    readonly aliases: readonly string[]
    /** Where the registers are from. */
    readonly source: string
    readonly line: LineFacts
    readonly timing: Timing
    readonly requests: RequestRules
    /** Current in A below which the meter shows 0 A and may still show a power. */
    readonly startingCurrent: number
    /** A register that tells the model, and what it may hold. */
    readonly identity?: { readonly place: RegisterPlace; readonly is: readonly number[] }
    /** In the order of readings and uploads; hidden ones too. */
    readonly fields: readonly ModelField[]
    /** Holding registers that commands change; the slave address is the first. Empty for a meter that is only read. */
    readonly settings: readonly ModelSetting[]
    readonly frames: readonly ModelFrame[]
}

/** How a meter leaves the factory, and what it can be set to. */
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
    /** Time after power-up in which answers mean nothing, in ms. */
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
    /** Most registers that are read along although nothing is known of them. */
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

/** Where a value stands. */
export interface RegisterPlace {
    readonly function: ReadFunction
    readonly at: number
    readonly type: RegisterType
    /** Of a value of 8 bits: which half of the register it is. */
    readonly byte: "high" | "low"
}

export interface ModelField {
    readonly name: string
    readonly unit: string
    /** Left out for a sum. */
    readonly place?: RegisterPlace
    /** Fields that are added up; those with a minus before their name are subtracted. */
    readonly sum?: readonly string[]
    /** What 1 of the register means in `unit`. */
    readonly scale: number
    /** Registers that scale this one further. */
    readonly scaleFrom: readonly ScaleRegister[]
    readonly sign?: "negate" | "absolute" | "folded"
    /** What the register holds when there is no value; as the number that its type makes of it. */
    readonly unavailable?: number
    readonly decimals: number
    /** Range in `unit`. */
    readonly min?: number
    readonly max?: number
    /** Whether 0 is a value although it is below `min`: always, never, or as long as others of the kind are not 0. */
    readonly zero: "yes" | "no" | "some"
    readonly counter: boolean
    /** The last value of a counter before it begins again, in `unit`. */
    readonly end?: number
    /** The most that a counter can rise in an hour, in `unit`. */
    readonly mostPerHour?: number
    /** Read only when the owner names it. */
    readonly optional: boolean
    /** Only part of a sum. */
    readonly hidden: boolean
}

/** A register whose content scales others. */
export interface ScaleRegister extends RegisterPlace {
    /** It is the factor itself, the number of decimals, or a code. */
    readonly as: "factor" | "decimals" | "codes"
    /** Of a factor: what 1 of it means. */
    readonly scale: number
    /** Of codes: the factor that each stands for. */
    readonly codes: Readonly<Record<string, number>>
    /** What it usually holds. */
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
    /** Of a choice: the register's content for each value. */
    readonly codes?: Readonly<Record<string, number>>
}

/** An answer of such a meter and what it means. */
export interface ModelFrame {
    readonly from: "recorded" | "manual"
    readonly note: string
    readonly request: string
    readonly reply: string
    /** By field; `null` for not available. */
    readonly values: Readonly<Record<string, number | null>>
}

/** Bytes that a value takes. */
export function widthOf(type: RegisterType): number {
    return Number.parseInt(type.slice(1), 10) / 8
}

/** Registers that a value takes, a part of one counting as one. */
export function registersOf(type: RegisterType): number {
    return Math.ceil(widthOf(type) / 2)
}
