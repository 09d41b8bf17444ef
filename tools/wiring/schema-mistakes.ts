import { Ajv, type DefinedError, type ErrorObject, type Options, type ValidateFunction } from "ajv"
import type { Mistake } from "./config-error"

/** Keywords that our schemas have for editors; `errorMessage` is also the cure in a {@link Mistake}. */
const EDITOR_KEYWORDS = ["errorMessage", "defaultSnippets", "enumDescriptions"]

/** One of our JSON schemas. It is compiled on first use, because that takes up to half a second. */
export class CheckedSchema {
    private compiled: ValidateFunction | undefined

    /**
     * @param options options for Ajv
     * @param tags returns the discriminator values that are valid for the object at a path
     */
    constructor(
        private readonly schema: object,
        private readonly options: Options = {},
        private readonly tags: (path: string) => readonly string[] = () => [],
    ) {}

    /** Checks a value against the schema. Returns at most one mistake per location. */
    mistakesIn(value: unknown): Mistake[] {
        const validate = this.validator()
        if (validate(value)) return []
        const mistakes = validate.errors!.map(error => mistakeOf(error as DefinedError, this.tags))
        return mistakes.filter(({ path }, i) => mistakes.findIndex(other => other.path === path) === i)
    }

    private validator(): ValidateFunction {
        if (this.compiled) return this.compiled
        const ajv = new Ajv({ ...this.options, allErrors: true, verbose: true })
        ajv.addVocabulary(EDITOR_KEYWORDS)
        this.compiled = ajv.compile(this.schema)
        return this.compiled
    }
}

interface Subschema {
    errorMessage?: string
    properties?: Record<string, Subschema>
}

function mistakeOf(error: DefinedError, tags: (path: string) => readonly string[]): Mistake {
    const path = pathOf(error.instancePath)
    const parent = (error as ErrorObject).parentSchema as Subschema
    const cure = parent.errorMessage ?? ""
    const wrong = (problem: string): Mistake => ({ path, value: error.data, problem, cure })
    switch (error.keyword) {
        case "required": {
            const name = error.params.missingProperty
            const cure = parent.properties?.[name]?.errorMessage ?? "Add it."
            return { path: join(path, name), problem: "is missing", cure }
        }
        case "additionalProperties": {
            const name = error.params.additionalProperty
            const known = Object.keys(parent.properties ?? {}).filter(key => key !== "$schema")
            return {
                path: join(path, name),
                value: (error.data as Record<string, unknown>)[name],
                problem: "is not known",
                cure: `Remove it, or write one of ${known.join(", ")}.`,
            }
        }
        case "discriminator":
            return {
                path: join(path, error.params.tag),
                value: error.params.tagValue,
                problem: error.params.tagValue === undefined ? "is missing" : "is not known",
                cure: `Write one of ${tags(path).join(", ")}.`,
            }
        case "type":
            return wrong(`must be ${nounOf(error.params.type)}`)
        case "enum":
            return wrong(enumProblem(error.params.allowedValues, cure))
        case "minimum":
            return wrong(`is below ${error.params.limit}`)
        case "maximum":
            return wrong(`is above ${error.params.limit}`)
        case "pattern":
            return wrong("is not valid here")
        case "minItems":
        case "minProperties":
            return wrong("is empty")
        case "maxItems":
            return { path, problem: `has more than ${error.params.limit} entries`, cure }
        default:
            return wrong(error.message ?? error.keyword)
    }
}

/** Names the allowed values, unless the cure already does. */
function enumProblem(allowed: readonly unknown[], cure: string): string {
    const texts = allowed.map(value => (value === "" ? '""' : String(value)))
    return texts.every(text => cure.includes(text))
        ? "is not valid here"
        : `is not one of ${texts.join(", ")}`
}

function nounOf(type: string): string {
    switch (type) {
        case "integer":
            return "a whole number without quotes"
        case "string":
            return "text in quotes"
        case "boolean":
            return "true or false"
        case "array":
            return "a list in [ ]"
        case "object":
            return "an object in { }"
        default:
            return `of type ${type}`
    }
}

/** `/meters/0/address` becomes `meters[0].address`. */
function pathOf(pointer: string): string {
    return pointer
        .split("/")
        .slice(1)
        .map(part => part.replace(/~1/g, "/").replace(/~0/g, "~"))
        .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), "")
}

function join(path: string, name: string): string {
    return path ? `${path}.${name}` : name
}
