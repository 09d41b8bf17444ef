import { describe, expect, test } from "@devicescript/test"
import { BulkBody } from "../../../src/emoncms/bulk"
import type { Input } from "../../../src/emoncms/inputs"

// The recording `one object per value, plain` in test/data/emoncms/old-vectors.json: all releases stored it whole.
const INPUTS: Input[] = [
    { name: "power", factor: 1, decimals: 1 },
    { name: "energy", factor: 1, decimals: 0 },
]
const RECORDED = 'data=[[0,"pump",{"power":12.5},{"energy":100}],[10,"pump",{"power":13.5},{"energy":101}]]'

const POWER: Input[] = [{ name: "power", factor: 1, decimals: 1 }]
const START = 1700000000

function textOf(body: BulkBody): string {
    return body.buffer.slice(0, body.finish()).toString()
}

describe("a bulk body that is not compressed", () => {
    test("is one that a real EmonCMS has taken", () => {
        const body = new BulkBody(Buffer.alloc(500))
        body.begin(START, false)
        for (let i = 0; i < 2; i++)
            expect(body.add(START + 10 * i, "pump", INPUTS, [125 + 10 * i, 100 + i])).toBe(true)
        expect(body.rows).toBe(2)
        expect(textOf(body)).toBe(RECORDED)
    })

    test("leaves out what is unknown, and a row in which nothing is known", () => {
        const body = new BulkBody(Buffer.alloc(500))
        body.begin(START, false)
        expect(body.add(START, "a", [POWER[0], ...INPUTS], [undefined, 0, 5])).toBe(true)
        expect(body.add(START, "b", INPUTS, [])).toBe(true)
        expect(body.rows).toBe(1)
        expect(textOf(body)).toBe('data=[[0,"a",{"power":0.0},{"energy":5}]]')
    })

    test("takes no more rows than it has room for", () => {
        const body = new BulkBody(Buffer.alloc(51))
        body.begin(START, false)
        expect(body.add(START, "a", POWER, [1])).toBe(true)
        expect(body.add(START + 10, "a", POWER, [2])).toBe(true)
        expect(body.add(START + 20, "a", POWER, [3])).toBe(false)
        expect(body.rows).toBe(2)
        expect(textOf(body)).toBe('data=[[0,"a",{"power":0.1}],[10,"a",{"power":0.2}]]')
    })

    test("can be used again", () => {
        const body = new BulkBody(Buffer.alloc(100))
        for (const node of ["a", "b"]) {
            body.begin(5, false)
            body.add(8, node, POWER, [12])
            expect(textOf(body)).toBe('data=[[3,"' + node + '",{"power":1.2}]]')
        }
    })
})

describe("a bulk body is posted", () => {
    test("with Unix times as they are", () => {
        const body = new BulkBody(Buffer.alloc(100))
        body.begin(START, true)
        expect(body.path()).toBe("/input/bulk.json?cb=1&time=1700000000")
        body.begin(START, false)
        expect(body.path()).toBe("/input/bulk.json?time=1700000000")
    })

    test("with times of the uptime clock by its time now", () => {
        const body = new BulkBody(Buffer.alloc(100))
        body.begin(900, false)
        expect(body.path(1000)).toBe("/input/bulk.json?sentat=100")
        expect(body.path(1001)).toBe("/input/bulk.json?sentat=101")
    })

    test("as what it is", () => {
        const body = new BulkBody(Buffer.alloc(100))
        body.begin(900, false)
        expect(body.contentType()).toBe("Content-Type: application/x-www-form-urlencoded")
        body.begin(900, true)
        expect(body.contentType()).toBe("Content-Type: application/octet-stream")
    })
})
