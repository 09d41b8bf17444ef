import { type RegisterType, registersOf, widthOf } from "../../sim/meter/meter-model"
import { crc16 } from "../../sim/meter/rtu"
import type { Mistake } from "../wiring/config-error"
import type { RawField, RawFrame, RawModel } from "./raw-model"
import { decimalsOf, registerNumber } from "./resolve-model"

/** Largest integer in a reading, so that storage and text are exact. */
export const GREATEST_INTEGER = 2 ** 44

/** Finds the mistakes in a meter file that its schema lets pass. */
export function modelMistakes(raw: RawModel): Mistake[] {
    return [
        ...missing(raw),
        ...(raw.line ? lineMistakes(raw) : []),
        ...Object.entries(raw.fields ?? {}).flatMap(([name, field]) => fieldMistakes(raw, name, field)),
        ...settingMistakes(raw),
        ...(raw.frames ?? []).flatMap((frame, i) => frameMistakes(raw, frame, `frames[${i}]`)),
    ]
}

function missing({ line, fields }: RawModel): Mistake[] {
    const mistakes: Mistake[] = []
    if (!line)
        mistakes.push({
            path: "line",
            problem: "is missing",
            cure: 'Write the factory setting, such as "line": { "baud": 9600, "format": "8N1" }.',
        })
    if (!fields)
        mistakes.push({
            path: "fields",
            problem: "is missing",
            cure: 'Write what the meter measures, such as "fields": { "voltage": { "at": 0, "type": "u16", "unit": "V" } }.',
        })
    else if (Object.values(fields).every(field => field.optional || field.hidden))
        mistakes.push({
            path: "fields",
            problem: "has no field that is read by default",
            cure: "Make at least one neither optional nor hidden.",
        })
    return mistakes
}

function lineMistakes({ line }: RawModel): Mistake[] {
    const { baud, bauds = [baud], format = "8N1", formats = [format] } = line
    const mistakes: Mistake[] = []
    if (!bauds.includes(baud))
        mistakes.push({
            path: "line.bauds",
            problem: `does not have the ${baud} of line.baud`,
            cure: "Add it.",
        })
    if (!formats.includes(format))
        mistakes.push({
            path: "line.formats",
            problem: `does not have the ${format} of line.format`,
            cure: "Add it.",
        })
    return mistakes
}

function fieldMistakes(raw: RawModel, name: string, field: RawField): Mistake[] {
    const path = `fields.${name}`
    const mistakes: Mistake[] = []
    const say = (key: string, problem: string, cure: string) =>
        mistakes.push({
            path: key ? `${path}.${key}` : path,
            value: key ? (field as unknown as Record<string, unknown>)[key] : undefined,
            problem,
            cure,
        })
    const type = (field.type ?? "u16") as RegisterType
    if (field.sum) mistakes.push(...sumMistakes(raw, name, field))
    else if (field.at === undefined) say("at", "is missing", "Write the number of the field's register.")
    else {
        if (field.type === undefined)
            say("type", "is missing", "Write u16, i16, u32, f32 or what the manual says.")
        const first = registerNumber(field.at, raw.requests?.countsFrom)
        if (first < 0 || first + registersOf(type) > 65536)
            say("at", "is outside the registers 0 to 65535", "Check requests.countsFrom and the number.")
        const most = raw.requests?.most ?? 40
        if (registersOf(type) > most)
            say(
                "type",
                `has more registers than the ${most} of requests.most`,
                "Write a greater requests.most.",
            )
    }
    if (field.byte !== undefined && widthOf(type) !== 1)
        say("byte", "is only for u8 and i8", "Remove it, or write u8 or i8 as type.")
    if (field.sign === "folded" && !type.startsWith("f"))
        say("sign", "is only for floating point", "Write f32 as type, or remove it.")
    if (field.unavailable !== undefined) {
        const bytes = (field.unavailable.length - 2) / 2
        if (field.sum)
            say("unavailable", "is not possible for a sum", "Write it in the fields that are added.")
        else if (bytes !== widthOf(type))
            say(
                "unavailable",
                `has ${bytes} bytes, but ${type} has ${widthOf(type)}`,
                "Write all bytes of the value.",
            )
    }
    if (field.decimals !== undefined && field.decimals < wholeDecimals(field))
        say(
            "decimals",
            `loses digits of the register, which has steps of ${`${field.scale ?? 1} ${field.unit}`.trim()}`,
            `Write ${wholeDecimals(field)} or more, or leave it out.`,
        )
    const { min, max, end, counter = ["kWh", "kvarh", "m3"].includes(field.unit) } = field
    if (min !== undefined && max !== undefined && min >= max)
        say("min", `is not below max, ${max}`, "Swap them, or correct one.")
    if (end !== undefined && !counter)
        say("end", "is only for a counter", 'Write "counter": true, or remove it.')
    if (field.mostPerHour !== undefined && !counter)
        say("mostPerHour", "is only for a counter", 'Write "counter": true, or remove it.')
    for (const key of ["max", "end"] as const) {
        const value = field[key]
        const decimals = field.decimals ?? 3
        if (value !== undefined && value * 10 ** decimals > GREATEST_INTEGER)
            say(
                key,
                "has more than the 13 digits that readings keep",
                "Write a smaller one, or fewer decimals.",
            )
    }
    if (field.zero === "no" && min === undefined && max === undefined)
        say("zero", "needs a range without 0", "Write min, in the unit.")
    field.scaleFrom?.forEach((register, i) => {
        if (register.as === "codes" && !register.codes)
            mistakes.push({
                path: `${path}.scaleFrom[${i}].codes`,
                problem: "is missing",
                cure: 'Write what each code stands for, such as "codes": { "2": 0.001, "3": 1 }.',
            })
    })
    return mistakes
}

/** The fewest decimals that lose no digits of an integer register. */
function wholeDecimals({ type, scale = 1, sum, scaleFrom }: RawField): number {
    return sum || scaleFrom || type?.startsWith("f") ? 0 : decimalsOf(scale)
}

function sumMistakes({ fields }: RawModel, name: string, field: RawField): Mistake[] {
    const path = `fields.${name}`
    if (field.at !== undefined) {
        const cure = "Remove one of the two."
        return [{ path: `${path}.at`, value: field.at, problem: "cannot be combined with sum", cure }]
    }
    return field.sum!.flatMap((written, i): Mistake[] => {
        const term = written.replace(/^-/, "")
        const problem = (text: string, cure: string) => [
            { path: `${path}.sum[${i}]`, value: written, problem: text, cure },
        ]
        const other = fields[term]
        if (!other)
            return problem("is not a field of this meter", `Write one of ${Object.keys(fields).join(", ")}.`)
        if (other.sum) return problem("is itself a sum", "Write the fields that it adds up.")
        if (other.unit !== field.unit)
            return problem(
                `is in ${other.unit || "no unit"}, the sum in ${field.unit || "no unit"}`,
                "Add only fields with the same unit.",
            )
        return []
    })
}

function settingMistakes({ settings = {} }: RawModel): Mistake[] {
    const names = Object.keys(settings)
    const mistakes: Mistake[] = []
    if (names.length > 0 && names[0] !== "address")
        mistakes.push({
            path: `settings.${names[0]}`,
            problem: "comes first, where address must be",
            cure: "Write the register of the slave address first, and call it address.",
        })
    for (const name of names) {
        const { min, max, codes } = settings[name]!
        if (codes === undefined && (min === undefined || max === undefined))
            mistakes.push({
                path: `settings.${name}`,
                problem: "has no range",
                cure: "Write min and max in the unit, or codes for a choice.",
            })
    }
    return mistakes
}

function frameMistakes({ fields, requests }: RawModel, frame: RawFrame, path: string): Mistake[] {
    const mistakes: Mistake[] = []
    const say = (key: string, problem: string, cure: string) =>
        mistakes.push({ path: `${path}.${key}`, problem, cure })
    const request = bytesOf(frame.request)
    const reply = bytesOf(frame.reply)
    if (!hasGoodCrc(request)) say("request", "has a wrong CRC", "Copy the frame again, or recompute the CRC.")
    if (!hasGoodCrc(reply)) say("reply", "has a wrong CRC", "Copy the frame again, or recompute the CRC.")
    if (mistakes.length > 0) return mistakes
    const [, code, startHigh, startLow, countHigh, countLow] = request
    const start = startHigh! * 256 + startLow!
    const count = countHigh! * 256 + countLow!
    if (request.length !== 8 || (code !== 3 && code !== 4))
        say("request", "does not read registers", "Write one with function 3 or 4.")
    else if (reply[1] !== code || reply[2] !== 2 * count || reply.length !== 5 + 2 * count)
        say(
            "reply",
            "does not answer the request",
            `It begins with the function ${code} and ${2 * count} bytes.`,
        )
    if (mistakes.length > 0) return mistakes
    for (const name of Object.keys(frame.values)) {
        const field = fields?.[name]
        if (!field) {
            say(
                `values.${name}`,
                "is not a field of this meter",
                `Write one of ${Object.keys(fields ?? {}).join(", ")}.`,
            )
            continue
        }
        const parts = field.sum ? field.sum.map(term => fields[term.replace(/^-/, "")]!) : [field]
        const held = parts.every(part => {
            const first = registerNumber(part.at!, requests?.countsFrom)
            const code = part.function ?? requests?.function ?? 4
            const size = registersOf((part.type ?? "u16") as RegisterType)
            return code === request[1] && first >= start && first + size <= start + count
        })
        if (!held)
            say(
                `values.${name}`,
                "is not in the registers that this frame holds",
                "Remove it, or correct the register of the field.",
            )
    }
    return mistakes
}

export function bytesOf(hex: string): number[] {
    return hex.split(" ").map(byte => Number.parseInt(byte, 16))
}

function hasGoodCrc(frame: readonly number[]): boolean {
    const crc = crc16(Uint8Array.from(frame.slice(0, -2)))
    return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8
}
