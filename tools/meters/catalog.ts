import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import schema from "../../meters/meter.schema.json"
import type { MeterModel } from "../../sim/meter/meter-model"
import { ConfigError, type Mistake } from "../wiring/config-error"
import { JsonSource } from "../wiring/json-source"
import { CheckedSchema } from "../wiring/schema-mistakes"
import { modelMistakes } from "./model-mistakes"
import { merged, type RawFrame, type RawModel } from "./raw-model"
import { resolveModel } from "./resolve-model"

/** Folder of the shipped models, relative to the project folder. */
export const METERS_FOLDER = "meters"

const SUFFIX = ".json"
const SCHEMA_FILE = "meter.schema.json"

const checked = new CheckedSchema(schema, { allowUnionTypes: true })

/** Thrown when no shipped model has the given name, or the given file does not exist. */
export class UnknownModelError extends Error {
    constructor(
        readonly model: string,
        readonly known: readonly string[],
    ) {
        super(`there is no meter model ${model}`)
        this.name = "UnknownModelError"
    }
}

/** Names of the shipped models. */
export function modelIds(root: string): string[] {
    const names = readdirSync(join(root, METERS_FOLDER)).filter(n => n.endsWith(SUFFIX) && n !== SCHEMA_FILE)
    return names.map(name => name.slice(0, -SUFFIX.length)).sort()
}

/** Whether a model is given as a file, such as `./my-meter.json`, and not as the name of a shipped model. */
export function isFile(model: string): boolean {
    return model.endsWith(SUFFIX)
}

/**
 * Reads a model, given by its name, an alias or its file.
 *
 * @param model such as `pzem-016`, `PZEM-004T V4` (case, spaces and dashes make no difference), or the path of an owner's own
 * file, relative to the project folder
 * @throws UnknownModelError
 * @throws ConfigError when the model's file contains mistakes
 */
export function readModel(model: string, root: string): MeterModel {
    if (isFile(model)) return readFile(resolve(root, model), root)
    const id = idOf(model, root)
    if (id !== undefined) return readFile(join(root, METERS_FOLDER, id + SUFFIX), root)
    throw new UnknownModelError(model, modelIds(root))
}

function idOf(model: string, root: string): string | undefined {
    const key = keyOf(model)
    const ids = modelIds(root)
    return (
        ids.find(id => keyOf(id) === key) ??
        ids.find(id => aliasesOf(id, root).some(alias => keyOf(alias) === key))
    )
}

function aliasesOf(id: string, root: string): readonly string[] {
    const text = readFileSync(join(root, METERS_FOLDER, id + SUFFIX), "utf8")
    const { value } = new JsonSource(text)
    return (value as Partial<RawModel> | undefined)?.aliases ?? []
}

function keyOf(name: string): string {
    return name.toLowerCase().replace(/[^a-z0-9]/g, "")
}

function readFile(path: string, root: string): MeterModel {
    const name = relative(root, path)
    const raw = rawOf(path, root, [])
    const source = new JsonSource(textOf(path, root))
    const malformed = checked.mistakesIn(raw)
    const mistakes = malformed.length > 0 ? malformed : modelMistakes(raw as RawModel)
    if (mistakes.length > 0) throw new ConfigError(name, source.locate(mistakes))
    const id = path.replace(/^.*[\\/]/, "").slice(0, -SUFFIX.length)
    return resolveModel(id, raw as RawModel)
}

/** The content of a model's file, merged into what it inherits from others. */
function rawOf(path: string, root: string, users: readonly string[]): unknown {
    const text = textOf(path, root)
    const name = relative(root, path)
    const source = new JsonSource(text)
    if (source.mistakes.length > 0) throw new ConfigError(name, source.mistakes)
    const { value } = source
    if (!hasBase(value)) return value
    const { like, ...own } = value
    const mistake = (problem: string, cure: string): Mistake[] =>
        source.locate([{ path: "like", value: like, problem, cure }])
    if (typeof like !== "string") return value
    const base = isFile(like) ? resolve(dirname(path), like) : basePath(like, root)
    if (base === undefined) {
        throw new ConfigError(name, mistake("is not known", `Write one of ${modelIds(root).join(", ")}.`))
    }
    if (users.includes(base) || base === path) {
        throw new ConfigError(
            name,
            mistake("is based on this file itself", "Name a model that does not use this one."),
        )
    }
    const inherited = rawOf(base, root, [...users, path]) as Partial<RawModel>
    const { aliases: _, frames = [], ...rest } = inherited
    const changed = changedFields((own as Partial<RawModel>).fields)
    return merged({ ...rest, frames: frames.flatMap(frame => withoutFields(frame, changed)) }, own)
}

/** Properties of a field that determine how its value is decoded from a frame. */
const DECODING = [
    "at",
    "function",
    "type",
    "byte",
    "sum",
    "scale",
    "scaleFrom",
    "sign",
    "unavailable",
    "decimals",
]

/** Names of fields that a file removes, or decodes differently from the model that it is based on. */
function changedFields(fields: unknown): string[] {
    return Object.entries((fields ?? {}) as Record<string, object | null>).flatMap(([name, field]) =>
        field === null || DECODING.some(key => key in field) ? [name] : [],
    )
}

/** A frame without the given fields; an empty list if no values are left. */
function withoutFields(frame: RawFrame, names: readonly string[]): RawFrame[] {
    const values = Object.entries(frame.values).filter(([name]) => !names.includes(name))
    return values.length > 0 ? [{ ...frame, values: Object.fromEntries(values) }] : []
}

function basePath(like: string, root: string): string | undefined {
    const id = idOf(like, root)
    return id && join(root, METERS_FOLDER, id + SUFFIX)
}

function hasBase(value: unknown): value is { like: unknown } {
    return typeof value === "object" && value !== null && "like" in value
}

function textOf(path: string, root: string): string {
    try {
        return readFileSync(path, "utf8")
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
        throw new UnknownModelError(relative(root, path), modelIds(root))
    }
}
