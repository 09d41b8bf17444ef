import { Ajv } from "ajv"
import draft from "ajv/lib/refs/json-schema-draft-07.json"
import { expect, test } from "vitest"
import schema from "../../../devicescript.schema.json"
import { modelIds } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { boardIds } from "../../../tools/wiring/boards"
import { lineDrivers, storeDrivers } from "../../../tools/wiring/catalog"
import { readWiring } from "../../../tools/wiring/read-wiring"

test("the schema is valid, and describes every property", () => {
    expect(new Ajv().validateSchema(schema)).toBe(true)
    expect(schema.$schema).toBe(draft.$id)
    const properties = [schema, ...Object.values(schema.definitions)].flatMap(s =>
        Object.entries("properties" in s ? s.properties : {}),
    )
    const definitions: Record<string, object> = schema.definitions
    for (const [name, property] of properties) {
        const target = "$ref" in property ? definitions[property.$ref.split("/").at(-1)!]! : property
        expect({ name, ...target }).toHaveProperty("description")
    }
})

test("schema and catalog list the same drivers and models", () => {
    const drivers = ["spiUart", "sc16is7xx", "jacdacSerial", "tcp"] as const
    expect(drivers.map(d => schema.definitions[d].properties.driver.const)).toEqual(Object.keys(lineDrivers))
    expect(schema.definitions.meter.properties.model.examples).toEqual(modelIds(projectRoot))
})

test("schema and catalog list the same stores", () => {
    expect(storeDrivers.map(d => schema.definitions[d].properties.driver.const)).toEqual([...storeDrivers])
})

test("the schema offers exactly the existing boards", () => {
    expect(schema.properties.board.examples).toEqual(boardIds(projectRoot))
})

test("the project's own devicescript.json is valid", async () => {
    await readWiring("device", projectRoot)
    await readWiring("simulator", projectRoot)
})
