import { type RegisterType, registersOf, widthOf } from "../../sim/meter/meter-model"
import { crc16 } from "../../sim/meter/rtu"
import type { Mistake } from "../wiring/config-error"
import type { RawField, RawFrame, RawModel, RawRegister, RawSetting } from "./raw-model"
import { decimalsFor, isCounter, registerNumber, settingDecimals, wholeDecimals } from "./resolve-model"

/** Largest integer in a reading, so that storage and text are exact. */
export const GREATEST_INTEGER = 2 ** 44

/** Finds the mistakes in a meter file that its schema lets pass. */
export function modelMistakes(raw: RawModel): Mistake[] {
    return [
        ...missing(raw),
        ...(raw.line ? lineMistakes(raw) : []),
        ...Object.entries(raw.fields ?? {}).flatMap(([name, field]) => fieldMistakes(raw, name, field)),
        ...(raw.identity ? placeMistakes(raw, raw.identity, "identity") : []),
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
    const type = typeOf(field)
    if (field.sum) {
        mistakes.push(...sumMistakes(raw, name, field))
        for (const key of ["unavailable", "scaleFrom"] as const)
            if (field[key]) say(key, "is not possible for a sum", "Write it in the fields that are added.")
    } else if (field.at === undefined) say("at", "is missing", "Write the number of the field's register.")
    else {
        if (field.type === undefined)
            say("type", "is missing", "Write u16, i16, u32, f32 or what the manual says.")
        mistakes.push(...registerMistakes(raw, field, path))
    }
    if (field.sign === "folded" && !type.startsWith("f"))
        say("sign", "is only for floating point", "Write f32 as type, or remove it.")
    if (field.unavailable !== undefined) {
        const bytes = (field.unavailable.length - 2) / 2
        if (!field.sum && bytes !== widthOf(type))
            say(
                "unavailable",
                `has ${bytes} bytes, but ${type} has ${widthOf(type)}`,
                "Write all bytes of the value.",
            )
    }
    const fewest = wholeDecimals(field) ?? 0
    if (field.decimals !== undefined && field.decimals < fewest)
        say(
            "decimals",
            `loses digits of the register, which has steps of ${`${field.scale ?? 1} ${field.unit}`.trim()}`,
            `Write ${fewest} or more, or leave it out.`,
        )
    const { min, max, end } = field
    const counter = isCounter(field)
    if (min !== undefined && max !== undefined && min >= max)
        say("min", `is not below max, ${max}`, "Swap them, or correct one.")
    if (end !== undefined && !counter)
        say("end", "is only for a counter", 'Write "counter": true, or remove it.')
    if (field.mostPerHour !== undefined && !counter)
        say("mostPerHour", "is only for a counter", 'Write "counter": true, or remove it.')
    for (const key of ["min", "max", "end"] as const) {
        const value = field[key] ?? 0
        if (Math.abs(value) * 10 ** decimalsFor(field) >= GREATEST_INTEGER)
            say(
                key,
                "has more than the 13 digits that readings keep",
                "Write one closer to 0, or fewer decimals.",
            )
    }
    if (field.zero === "no" && min === undefined && max === undefined)
        say("zero", "needs a range without 0", "Write min, in the unit.")
    field.scaleFrom?.forEach((register, i) => {
        const place = `${path}.scaleFrom[${i}]`
        mistakes.push(...registerMistakes(raw, register, place))
        if (register.as === "codes" && !register.codes)
            mistakes.push({
                path: `${place}.codes`,
                problem: "is missing",
                cure: 'Write what each code stands for, such as "codes": { "2": 0.001, "3": 1 }.',
            })
    })
    return mistakes
}

/** Finds mistakes in where a poll finds a value. */
function registerMistakes(raw: RawModel, register: RawRegister, path: string): Mistake[] {
    const { byte, type } = register
    const mistakes = placeMistakes(raw, register, path)
    const most = raw.requests?.most ?? 40
    if (registersOf(typeOf(register)) > most)
        mistakes.push({
            path: `${path}.type`,
            value: type,
            problem: `has more registers than the ${most} of requests.most`,
            cure: "Write a greater requests.most.",
        })
    if (byte !== undefined && widthOf(typeOf(register)) !== 1)
        mistakes.push({
            path: `${path}.byte`,
            value: byte,
            problem: "is only for u8 and i8",
            cure: "Remove it, or write u8 or i8 as type.",
        })
    return mistakes
}

/** Finds a register that no request can name. */
function placeMistakes({ requests }: RawModel, register: RawRegister, path: string): Mistake[] {
    const first = registerNumber(register.at!, requests?.countsFrom)
    if (first >= 0 && first + registersOf(typeOf(register)) <= 65536) return []
    const problem = "is outside the registers 0 to 65535"
    const cure = "Check requests.countsFrom and the number."
    return [{ path: `${path}.at`, value: register.at, problem, cure }]
}

function typeOf({ type = "u16" }: RawRegister): RegisterType {
    return type as RegisterType
}

function sumMistakes({ fields }: RawModel, name: string, field: RawField): Mistake[] {
    const path = `fields.${name}`
    if (field.at !== undefined) {
        const cure = "Remove one of the two."
        return [{ path: `${path}.at`, value: field.at, problem: "cannot be combined with sum", cure }]
    }
    return field.sum!.flatMap((written, i): Mistake[] => {
        const isTakenAway = written.startsWith("-")
        const term = isTakenAway ? written.slice(1) : written
        const problem = (text: string, cure: string) => [
            { path: `${path}.sum[${i}]`, value: written, problem: text, cure },
        ]
        const other = Object.hasOwn(fields, term) ? fields[term] : undefined
        if (!other)
            return problem("is not a field of this meter", `Write one of ${Object.keys(fields).join(", ")}.`)
        if (other.sum) return problem("is itself a sum", "Write the fields that it adds up.")
        if (other.unit !== field.unit)
            return problem(
                `is in ${other.unit || "no unit"}, the sum in ${field.unit || "no unit"}`,
                "Add only fields with the same unit.",
            )
        if (isTakenAway && field.counter)
            return problem("makes the sum fall, and a counter never falls", 'Write "counter": false.')
        return []
    })
}

function settingMistakes(raw: RawModel): Mistake[] {
    const { settings = {} } = raw
    const names = Object.keys(settings)
    const mistakes: Mistake[] = []
    if (names.length > 0 && names[0] !== "address")
        mistakes.push({
            path: `settings.${names[0]}`,
            problem: "comes first, where address must be",
            cure: "Write the register of the slave address first, and call it address.",
        })
    for (const name of names) {
        const path = `settings.${name}`
        mistakes.push(...placeMistakes(raw, settings[name]!, path), ...rangeMistakes(settings[name]!, path))
    }
    return mistakes
}

/** Finds a range that a register cannot hold. The register of a choice holds the codes instead. */
function rangeMistakes(setting: RawSetting, path: string): Mistake[] {
    const { min, max, codes } = setting
    if (codes !== undefined) return []
    if (min === undefined || max === undefined) {
        const cure = "Write min and max in the unit, or codes for a choice."
        return [{ path, problem: "has no range", cure }]
    }
    const most = 65535 / 10 ** settingDecimals(setting)
    const mistakes: Mistake[] = []
    if (min < 0) {
        const cure = "Write 0 or more."
        mistakes.push({ path: `${path}.min`, value: min, problem: "is below 0", cure })
    }
    if (max > most) {
        const problem = `is above ${most}, the most that its register can hold`
        mistakes.push({ path: `${path}.max`, value: max, problem, cure: "Write a smaller one." })
    }
    if (min > max) {
        const cure = "Swap them, or correct one."
        mistakes.push({ path: `${path}.min`, value: min, problem: `is above max, ${max}`, cure })
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
        if (!Object.hasOwn(fields ?? {}, name)) {
            say(
                `values.${name}`,
                "is not a field of this meter",
                `Write one of ${Object.keys(fields ?? {}).join(", ")}.`,
            )
            continue
        }
        const held = placesOf(fields, fields[name]!).every(part => {
            const first = registerNumber(part.at!, requests?.countsFrom)
            const code = part.function ?? requests?.function ?? 4
            return code === request[1] && first >= start && first + registersOf(typeOf(part)) <= start + count
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

/** All registers that make up a value, as far as they are known. */
function placesOf(fields: RawModel["fields"], field: RawField): RawRegister[] {
    const parts = field.sum ? field.sum.flatMap(term => fields[term.replace(/^-/, "")] ?? []) : [field]
    return parts.flatMap(part => [part, ...(part.scaleFrom ?? [])])
}

export function bytesOf(hex: string): number[] {
    return hex.split(" ").map(byte => Number.parseInt(byte, 16))
}

function hasGoodCrc(frame: readonly number[]): boolean {
    const crc = crc16(Uint8Array.from(frame.slice(0, -2)))
    return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8
}
