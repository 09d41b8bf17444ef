import { describe, expect, test } from "@devicescript/test"
import { BulkBody } from "../../../src/emoncms/bulk"
import type { InputSet } from "../../../src/emoncms/inputs"
import { Deflater } from "../../../src/net/deflate"

// The recording `one object per value, plain` in test/data/emoncms/old-vectors.json. Every release stored it completely.
const INPUTS: InputSet = { names: ["power", "energy"], scales: hex`01 00` }
const RECORDED = 'data=[[0,"pump",{"power":12.5},{"energy":100}],[10,"pump",{"power":13.5},{"energy":101}]]'

const POWER: InputSet = { names: ["power"], scales: hex`01` }
const START = 1700000000

function make(bytes: number): BulkBody {
    const buffer = Buffer.alloc(bytes)
    return new BulkBody(buffer, 8, new Deflater(buffer))
}

/** Adds a row whose inputs have no prefix. */
function add(body: BulkBody, time: number, inputs: InputSet, values: number[]): boolean {
    body.beginRow(time)
    for (let i = 0; i < values.length; i++) body.addValue(i, "", inputs, i, values[i])
    return body.endRow()
}

function textOf(body: BulkBody): string {
    return body.buffer.slice(0, body.finish()).toString()
}

describe("an uncompressed bulk body", () => {
    test("matches one that real EmonCMS releases accepted", () => {
        const body = make(500)
        body.begin("pump", START, false)
        for (let i = 0; i < 2; i++)
            expect(add(body, START + 10 * i, INPUTS, [125 + 10 * i, 100 + i])).toBe(true)
        expect(body.rows).toBe(2)
        expect(textOf(body)).toBe(RECORDED)
    })

    test("omits unknown values and rows without known values", () => {
        const body = make(500)
        body.begin("a", START, false)
        expect(add(body, START, INPUTS, [undefined, 5])).toBe(true)
        expect(add(body, START, INPUTS, [])).toBe(true)
        expect(body.rows).toBe(1)
        expect(textOf(body)).toBe('data=[[0,"a",{"energy":5}]]')
    })

    test("refuses a row that does not fit", () => {
        const body = make(51)
        body.begin("a", START, false)
        expect(add(body, START, POWER, [1])).toBe(true)
        expect(add(body, START + 10, POWER, [2])).toBe(true)
        expect(add(body, START + 20, POWER, [3])).toBe(false)
        expect(body.rows).toBe(2)
        expect(textOf(body)).toBe('data=[[0,"a",{"power":0.1}],[10,"a",{"power":0.2}]]')
    })

    test("prints values according to their scale", () => {
        const body = make(100)
        const scaled: InputSet = { names: ["a", "b", "c"], scales: hex`03 00 fe` }
        body.begin("n", START, false)
        add(body, START, scaled, [-1234, 7, 55])
        expect(textOf(body)).toBe('data=[[0,"n",{"a":-1.234},{"b":7},{"c":5500}]]')
    })

    test("can be reused", () => {
        const body = make(100)
        for (const node of ["a", "b"]) {
            body.begin(node, 5, false)
            add(body, 8, POWER, [12])
            expect(textOf(body)).toBe('data=[[3,"' + node + '",{"power":1.2}]]')
        }
    })
})

describe("a bulk body is posted", () => {
    test("with a time parameter for Unix times", () => {
        const body = make(100)
        body.begin("a", START, true)
        expect(body.path()).toBe("/input/bulk.json?cb=1&time=1700000000")
        body.begin("a", START, false)
        expect(body.path()).toBe("/input/bulk.json?time=1700000000")
    })

    test("with a sentat parameter for uptimes", () => {
        const body = make(100)
        body.begin("a", 900, false)
        expect(body.path(1000)).toBe("/input/bulk.json?sentat=100")
        expect(body.path(1001)).toBe("/input/bulk.json?sentat=101")
    })

    test("with the content type of its format", () => {
        const body = make(100)
        body.begin("a", 900, false)
        expect(body.contentType()).toBe("Content-Type: application/x-www-form-urlencoded")
        body.begin("a", 900, true)
        expect(body.contentType()).toBe("Content-Type: application/octet-stream")
    })
})
