import { readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { modelIds } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"
import { generateWiring } from "../../../tools/wiring/generate"
import { readWiring } from "../../../tools/wiring/read-wiring"
import { makeProject, type Project } from "../wiring/project"

let project: Project

beforeAll(async () => {
    project = await makeProject()
    const meters = [{ name: "mine", model: "./my-meter.json", address: 9 }]
    await project.write("devicescript.json", JSON.stringify({ line: { driver: "jacdac-serial" }, meters }))
})

afterAll(() => project.remove())

const shipped = modelIds(projectRoot).map(id =>
    JSON.parse(readFileSync(join(projectRoot, "meters", `${id}.json`), "utf8")),
)

/** Values that stand where the schema wants others, some of them extreme. */
const anyValue = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, -1, 9, 255, 65535, 65536, 70000, 1e-9, 0.2777777778, 1e300, 2 ** 44, "0xFFFF", "u64"),
    fc.constantFrom("constructor", "__proto__", "power", ["power", "nothing"], {}, [], null),
)

const REMOVED = Symbol("removed")

/** A change to one of a value's nodes, which the numbers choose. */
const change = fc.tuple(fc.nat(), fc.oneof(anyValue, fc.constant(REMOVED)))

/** Shipped models with a few changes, and JSON of any kind. */
const anyModel = fc.oneof(
    {
        weight: 4,
        arbitrary: fc.tuple(fc.constantFrom(...shipped), fc.array(change, { maxLength: 3 })).map(changed),
    },
    { weight: 1, arbitrary: anyValue },
)

/** Files that are based on another one. */
const anyUser = anyModel.map(model =>
    typeof model === "object" && !Array.isArray(model) ? { ...model, like: "./base.json" } : model,
)

function changed([model, changes]: [unknown, [number, unknown][]]): unknown {
    const result = structuredClone(model)
    for (const [choice, value] of changes) {
        const nodes = nodesOf(result)
        if (nodes.length === 0) continue
        const [parent, key] = nodes[choice % nodes.length]!
        if (value !== REMOVED) parent[key] = structuredClone(value)
        else if (Array.isArray(parent)) parent.splice(Number(key), 1)
        else delete parent[key]
    }
    return result
}

type Container = Record<string, unknown>

/** All places in a value: the containers, and their keys. */
function nodesOf(value: unknown): [Container, string][] {
    if (typeof value !== "object" || value === null) return []
    return Object.entries(value).flatMap(([key, child]): [Container, string][] => [
        [value as Container, key],
        ...nodesOf(child),
    ])
}

/** Whether the wiring is accepted, and its source can be generated. If not, the mistakes must have been reported. */
async function isAccepted(): Promise<boolean> {
    try {
        generateWiring(await readWiring("device", project.root), "device")
        return true
    } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        expect(error.message).not.toMatch(/undefined|NaN|\[object/)
        return false
    }
}

test("whatever a model's file contains, it is accepted or its mistakes are reported", async () => {
    await fc.assert(
        fc.asyncProperty(anyModel, async model => {
            await project.write("my-meter.json", JSON.stringify(model))
            await isAccepted()
        }),
        { numRuns: 500 },
    )
})

test("whatever a model and the one that it is based on contain, they are accepted or their mistakes are reported", async () => {
    await fc.assert(
        fc.asyncProperty(anyUser, anyModel, async (model, base) => {
            await project.write("my-meter.json", JSON.stringify(model))
            await project.write("base.json", JSON.stringify(base))
            await isAccepted()
        }),
        { numRuns: 500 },
    )
})

test.each(shipped.map(model => [model.name, model]))("accepts a copy of %s", async (_, model) => {
    await project.write("my-meter.json", JSON.stringify(model))
    expect(await isAccepted()).toBe(true)
})
