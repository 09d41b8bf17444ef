import type {
    MeterModel,
    ModelField,
    ModelSetting,
    RegisterPlace,
    RegisterType,
    ScaleRegister,
} from "../../sim/meter/meter-model"
import { widthOf } from "../../sim/meter/meter-model"
import type { RawField, RawModel, RawRegister, RawSetting } from "./raw-model"

/** Number of decimals that suits a floating-point value, by its unit. */
const FLOAT_DECIMALS: Readonly<Record<string, number>> = {
    V: 1,
    A: 3,
    W: 1,
    VA: 1,
    var: 1,
    kWh: 3,
    kvarh: 3,
    Hz: 2,
    "°": 1,
    "°C": 2,
    K: 2,
    m3: 3,
    "l/h": 1,
    "%": 1,
    "": 3,
}

const COUNTED_UNITS = ["kWh", "kvarh", "m3"]

/** Most decimals of a field: `maximum` of `decimals` in `meters/meter.schema.json`. */
export const MOST_DECIMALS = 6

/**
 * Fills in what a meter file may leave out.
 * @param raw a file's content that has passed all checks
 */
export function resolveModel(id: string, raw: RawModel): MeterModel {
    const { line, timing = {}, requests = {} } = raw
    const rules = {
        function: requests.function ?? 4,
        most: requests.most ?? 40,
        gap: requests.gap ?? 10,
    } as const
    const placeOf = (register: RawRegister): RegisterPlace => ({
        function: register.function ?? rules.function,
        at: registerNumber(register.at ?? 0, requests.countsFrom),
        type: (register.type ?? "u16") as RegisterType,
        byte: register.byte ?? "low",
    })
    const format = line.format ?? "8N1"
    return {
        id,
        name: raw.name,
        aliases: raw.aliases ?? [],
        source: raw.source,
        line: {
            baud: line.baud,
            bauds: line.bauds ?? [line.baud],
            format,
            formats: line.formats ?? [format],
            address: line.address ?? 1,
        },
        timing: { settleMs: timing.settleMs ?? 0, pauseMs: timing.pauseMs, timeoutMs: timing.timeoutMs },
        requests: rules,
        startingCurrent: raw.startingCurrent ?? 0,
        identity: raw.identity && { place: placeOf(raw.identity), is: raw.identity.is.map(Number) },
        fields: Object.entries(raw.fields).map(([name, field]) => fieldOf(name, field, placeOf)),
        settings: Object.entries(raw.settings ?? {}).map(([name, setting]) =>
            settingOf(name, setting, requests.countsFrom),
        ),
        frames: (raw.frames ?? []).map(({ from = "recorded", note = "", ...frame }) => ({
            from,
            note,
            ...frame,
        })),
    }
}

/** The address of a register on the wire, which counts from 0. */
export function registerNumber(at: number | string, countsFrom = 0): number {
    return typeof at === "string" ? Number(at) : at - countsFrom
}

function fieldOf(name: string, raw: RawField, placeOf: (register: RawRegister) => RegisterPlace): ModelField {
    const place = raw.sum ? undefined : placeOf(raw)
    const scaleFrom = (raw.scaleFrom ?? []).map(
        (register): ScaleRegister => ({
            ...placeOf(register),
            as: register.as,
            scale: register.scale ?? 1,
            codes: register.codes ?? {},
            example: register.example ?? 1,
        }),
    )
    return {
        name,
        unit: raw.unit,
        place,
        sum: raw.sum,
        scale: raw.scale ?? 1,
        scaleFrom,
        sign: raw.sign,
        unavailable: raw.unavailable === undefined ? undefined : patternOf(raw.unavailable, place!.type),
        decimals: decimalsFor(raw),
        min: raw.min,
        max: raw.max,
        zero: raw.zero ?? "yes",
        counter: isCounter(raw),
        end: raw.end,
        mostPerHour: raw.mostPerHour,
        optional: raw.optional ?? false,
        hidden: raw.hidden ?? false,
    }
}

/** Whether a field only rises. Energy and volume do, but not a sum from which some is taken away. */
export function isCounter({ counter, unit, sum }: RawField): boolean {
    const canFall = sum?.some(term => term.startsWith("-"))
    return counter ?? (COUNTED_UNITS.includes(unit) && !canFall)
}

/** Decimals of a field: its own, those that keep all digits of its register, or else those that suit its unit. */
export function decimalsFor(field: RawField): number {
    return field.decimals ?? wholeDecimals(field) ?? FLOAT_DECIMALS[field.unit] ?? 3
}

/**
 * The fewest decimals that keep all digits of an integer register.
 * @returns `undefined` if there are none: for a float, a sum, a value with scale registers, and a scale with too many digits
 */
export function wholeDecimals({ type, scale = 1, sum, scaleFrom }: RawField): number | undefined {
    return sum || scaleFrom || type?.startsWith("f") ? undefined : decimalsOf(scale)
}

/** Number of decimals of a number; `undefined` for more than {@link MOST_DECIMALS}. */
function decimalsOf(value: number): number | undefined {
    for (let digits = 0; digits <= MOST_DECIMALS; digits++)
        if (Number(value.toFixed(digits)) === value) return digits
    return undefined
}

/** The number that a bit pattern stands for in a register type. */
export function patternOf(hex: string, type: RegisterType): number {
    const bits = 8 * widthOf(type)
    const value = BigInt(hex)
    if (type.startsWith("i")) return Number(BigInt.asIntN(bits, value))
    if (!type.startsWith("f")) return Number(value)
    const view = new DataView(new ArrayBuffer(4))
    view.setUint32(0, Number(value))
    return view.getFloat32(0)
}

/** Number of decimals of a setting, whose schema allows no scale with more than three. */
export function settingDecimals({ scale = 1 }: RawSetting): number {
    return decimalsOf(scale)!
}

function settingOf(name: string, raw: RawSetting, countsFrom?: number): ModelSetting {
    const values = Object.keys(raw.codes ?? {}).map(Number)
    return {
        name,
        unit: raw.unit ?? "",
        at: registerNumber(raw.at, countsFrom),
        decimals: settingDecimals(raw),
        min: raw.min ?? Math.min(...values),
        max: raw.max ?? Math.max(...values),
        codes: raw.codes,
    }
}
