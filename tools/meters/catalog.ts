import { readdirSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import schema from "../../meters/meter.schema.json"
import type { MeterModel } from "../../sim/meter/meter-model"
import { ConfigError } from "../wiring/config-error"
import { configText } from "../wiring/config-text"
import { JsonSource } from "../wiring/json-source"
import { CheckedSchema } from "../wiring/schema-mistakes"
import { modelMistakes } from "./model-mistakes"
import { isObject, merged, type RawFrame, type RawModel } from "./raw-model"
import { resolveModel } from "./resolve-model"

/** Folder of the shipped models, relative to the project folder. */
export const METERS_FOLDER = "meters"

const SUFFIX = ".json"
const SCHEMA_FILE = "meter.schema.json"

const checked = new CheckedSchema(schema, { allowUnionTypes: true })

/** Thrown when no shipped model has the given name, or there is no such file. */
export class UnknownModelError extends Error {
    /**
     * @param known names of the shipped models
     * @param problem what is wrong with the name or the file, as the end of a sentence that begins with it
     */
    constructor(
        readonly model: string,
        readonly known: readonly string[],
        readonly problem: string,
        options?: ErrorOptions,
    ) {
        super(`the meter model ${model} ${problem}`, options)
        this.name = "UnknownModelError"
    }
}

/** Names of the shipped models. */
export function modelIds(root: string): string[] {
    const entries = readdirSync(join(root, METERS_FOLDER), { withFileTypes: true })
    const names = entries.flatMap(entry => (entry.isDirectory() ? [] : [entry.name]))
    const models = names.filter(name => name.endsWith(SUFFIX) && name !== SCHEMA_FILE)
    return models.map(name => name.slice(0, -SUFFIX.length)).sort()
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
    const path = pathOf(model, root, root)
    const id = basename(path).slice(0, -SUFFIX.length)
    return resolveModel(id, contentOf(path, root, []))
}

/**
 * The files that a model is read from: its own, and those that it is based on.
 * @param model as for {@link readModel}
 * @throws UnknownModelError
 */
export function modelFiles(model: string, root: string): string[] {
    const files: string[] = []
    let path: string | undefined = pathOf(model, root, root)
    while (path !== undefined && !files.includes(path)) {
        files.push(path)
        const { value } = new JsonSource(textOf(path, root))
        const like: unknown = isObject(value) ? value.like : undefined
        path = typeof like === "string" ? pathOf(like, dirname(path), root) : undefined
    }
    return files
}

/**
 * Path of a model's file.
 * @param folder the folder that a file's path begins from
 * @throws UnknownModelError
 */
function pathOf(model: string, folder: string, root: string): string {
    if (isFile(model)) return resolve(folder, model)
    const id = idOf(model, root)
    if (id === undefined) throw new UnknownModelError(model, modelIds(root), "is not known")
    return join(root, METERS_FOLDER, id + SUFFIX)
}

function idOf(model: string, root: string): string | undefined {
    const key = keyOf(model)
    const ids = modelIds(root)
    return (
        ids.find(id => keyOf(id) === key) ??
        ids.find(id => aliasesOf(id, root).some(alias => keyOf(alias) === key))
    )
}

function aliasesOf(id: string, root: string): string[] {
    const { value } = new JsonSource(textOf(join(root, METERS_FOLDER, id + SUFFIX), root))
    const aliases = isObject(value) ? value.aliases : undefined
    return Array.isArray(aliases) ? aliases.filter(alias => typeof alias === "string") : []
}

function keyOf(name: string): string {
    return name.toLowerCase().replace(/[^a-z0-9]/g, "")
}

/**
 * The content of a model's file, merged into what it inherits from others.
 * @param users files that are based on this one
 * @throws UnknownModelError
 * @throws ConfigError when this file or one that it is based on contains mistakes
 */
function contentOf(path: string, root: string, users: readonly string[]): RawModel {
    const name = relative(root, path)
    const source = new JsonSource(textOf(path, root))
    if (source.mistakes.length > 0) throw new ConfigError(name, source.mistakes)
    const content = withInherited(source, path, root, users)
    const malformed = checked.mistakesIn(content)
    const mistakes = malformed.length > 0 ? malformed : modelMistakes(content as RawModel)
    if (mistakes.length > 0) throw new ConfigError(name, source.locate(mistakes))
    return content as RawModel
}

function withInherited(source: JsonSource, path: string, root: string, users: readonly string[]): unknown {
    const { value } = source
    if (!isObject(value) || typeof value.like !== "string") return value
    const { like, ...own } = value
    const refuse = (problem: string, cure: string): never => {
        throw new ConfigError(
            relative(root, path),
            source.locate([{ path: "like", value: like, problem, cure }]),
        )
    }
    try {
        const base = pathOf(like, dirname(path), root)
        if (users.includes(base) || base === path)
            return refuse("is based on this file itself", "Name a model that does not use this one.")
        const { aliases: _, frames = [], ...rest } = contentOf(base, root, [...users, path])
        const changed = changedFields(own.fields)
        return merged({ ...rest, frames: frames.flatMap(frame => withoutFields(frame, changed)) }, own)
    } catch (error) {
        if (!(error instanceof UnknownModelError)) throw error
        return refuse(
            error.problem,
            `Write one of ${error.known.join(", ")}, or the path of another file from this one's folder.`,
        )
    }
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
    return Object.entries(isObject(fields) ? fields : {}).flatMap(([name, field]) =>
        field === null || (isObject(field) && DECODING.some(key => key in field)) ? [name] : [],
    )
}

/** A frame without the given fields; an empty list if no values are left. */
function withoutFields(frame: RawFrame, names: readonly string[]): RawFrame[] {
    const values = Object.entries(frame.values).filter(([name]) => !names.includes(name))
    return values.length > 0 ? [{ ...frame, values: Object.fromEntries(values) }] : []
}

/** What the error codes for a path mean that leads to no file. */
const NO_FILE: Readonly<Record<string, string>> = {
    ENOENT: "does not exist",
    ENOTDIR: "does not exist",
    ENAMETOOLONG: "does not exist",
    ERR_INVALID_ARG_VALUE: "does not exist",
    EISDIR: "is a folder",
}

function textOf(path: string, root: string): string {
    return configText(relative(root, path), bytesOf(path, root))
}

function bytesOf(path: string, root: string): Uint8Array {
    try {
        return readFileSync(path)
    } catch (error) {
        const problem = NO_FILE[(error as NodeJS.ErrnoException).code ?? ""]
        if (problem === undefined) throw error
        throw new UnknownModelError(relative(root, path), modelIds(root), problem, { cause: error })
    }
}
