import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { inflateSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { JobDevice } from "./job-device"

interface Input {
    name: string
    factor: number
    decimals: number
}

interface Row {
    time: number
    node: string
    values: (number | null)[]
}

interface Job {
    url: string
    key: string
    compressed: boolean
    base: number
    sentAt: number | null
    inputs: Input[]
    rows: Row[]
}

interface Outcome {
    answer: string
    added: number
    rows: number
    bytes: number
}

const KEY = "0123456789abcdef0123456789abcdef"
const START = 1_770_000_000

const PZEM: Input[] = [
    { name: "voltage", factor: 1, decimals: 1 },
    { name: "current", factor: 1, decimals: 3 },
    { name: "power", factor: 1, decimals: 1 },
    { name: "energy", factor: 1, decimals: 0 },
    { name: "frequency", factor: 1, decimals: 1 },
    { name: "power_factor", factor: 1, decimals: 2 },
]

/** A heat pump at work: every value moves. */
function heatPump(count: number): Row[] {
    let energy = 1_234_567
    return Array.from({ length: count }, (_, i) => {
        const volts = 2280 + ((i * 7919) % 41)
        const milliamps = 9000 + ((i * 104729) % 6007)
        const power = Math.round((volts * milliamps * 0.95) / 1000)
        energy += Math.round(power / 3600)
        return {
            time: START + 10 * i,
            node: "heatpump",
            values: [volts, milliamps, power, energy, 499 + (i % 3), 90 + ((i * 31) % 10)],
        }
    })
}

/** The rows as EmonCMS must understand them. */
function expectedRows({ base, inputs, rows }: Job): unknown[] {
    return rows
        .map(({ time, node, values }) => {
            const known = inputs.flatMap(({ name, factor, decimals }, i) => {
                const value = values[i]
                return value == null
                    ? []
                    : [[name, Number(((value * factor) / 10 ** decimals).toFixed(decimals))]]
            })
            return [time - base, node, ...known.map(pair => Object.fromEntries([pair]))]
        })
        .filter(row => row.length > 2)
}

describe("an upload", () => {
    let device: JobDevice<Job, Outcome>
    let recorder: Server
    let url: string
    let body = Buffer.alloc(0)
    let requestBytes = 0

    beforeAll(async () => {
        recorder = createServer((request, response) => {
            const chunks: Buffer[] = []
            request.on("data", chunk => chunks.push(chunk))
            request.on("end", () => {
                body = Buffer.concat(chunks)
                requestBytes = request.socket.bytesRead
                response.end("ok")
            })
        })
        await new Promise<void>(resolve => recorder.listen(0, "127.0.0.1", resolve))
        url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/emoncms`
        device = await JobDevice.start({ module: "emoncms/upload-jobs", name: "serveUploads" })
    })
    afterAll(async () => {
        await device.stop()
        await new Promise(resolve => recorder.close(resolve))
    })

    function batch(rows: Row[], more: Partial<Job> = {}): Job {
        return { url, key: KEY, compressed: true, base: START, sentAt: null, inputs: PZEM, rows, ...more }
    }

    test("of 30 readings with names takes at most 45 bytes for each, and 60 with headers", async () => {
        const job = batch(heatPump(30))
        expect(await device.do(job)).toMatchObject({ answer: "accepted", rows: 30 })
        expect(JSON.parse(inflateSync(body).toString())).toEqual(expectedRows(job))
        expect(body.length / 30).toBeLessThanOrEqual(45)
        expect(requestBytes / 30).toBeLessThanOrEqual(60)
    })

    test("says the same when it is not compressed", async () => {
        const job = batch(heatPump(20), { compressed: false })
        expect(await device.do(job)).toMatchObject({ answer: "accepted", rows: 20 })
        const form = new URLSearchParams(body.toString())
        expect(JSON.parse(form.get("data")!)).toEqual(expectedRows(job))
    })

    test("is taken apart by zlib whatever is in it", async () => {
        const name = fc.string({ unit: fc.constantFrom(..."aAz09_-. "), minLength: 1, maxLength: 24 })
        const input = fc.record({
            name,
            factor: fc.constantFrom(1, 1, 10),
            decimals: fc.integer({ min: 0, max: 4 }),
        })
        const value = fc.oneof(
            fc.constant(null),
            fc.integer({ min: 0, max: 0xffffffff }),
            fc.integer({ min: -999, max: 999 }),
        )
        const arbitraryBatch = fc
            .uniqueArray(input, { minLength: 1, maxLength: 8, selector: i => i.name })
            .chain(inputs =>
                fc.record({
                    inputs: fc.constant(inputs),
                    rows: fc.array(
                        fc.record({
                            time: fc.integer({ min: START, max: START + 1_000_000 }),
                            node: name,
                            values: fc.array(value, { minLength: inputs.length, maxLength: inputs.length }),
                        }),
                        { minLength: 1, maxLength: 12 },
                    ),
                }),
            )
            .map(({ inputs, rows }) => batch(rows, { inputs }))
            .filter(job => expectedRows(job).length > 0)
        await fc.assert(
            fc.asyncProperty(arbitraryBatch, async job => {
                const outcome = await device.do(job)
                expect(outcome).toMatchObject({ answer: "accepted", added: job.rows.length })
                expect(JSON.parse(inflateSync(body).toString())).toEqual(expectedRows(job))
            }),
            { numRuns: 40 },
        )
        expect(device.panics()).toEqual([])
    })

    test("ends at the row that has no room, and is whole", async () => {
        const inputs = PZEM.map(input => ({ ...input, name: `${input.name}_of_a_heat_pump_in_the_cellar` }))
        const job = batch(heatPump(20), { compressed: false, inputs })
        const { added } = await device.do(job)
        expect(added).toBeGreaterThan(5)
        expect(added).toBeLessThan(20)
        const data = new URLSearchParams(body.toString()).get("data")!
        expect(JSON.parse(data)).toEqual(expectedRows({ ...job, rows: job.rows.slice(0, added) }))
    })

    describe.each(["content-length", "chunked"] as const)("to EmonCMS with %s", framing => {
        test.each([
            ["compressed", true],
            ["not compressed", false],
        ])("is stored with its times, %s", async (_, compressed) => {
            const server = new EmonCmsServer({ clock: device.clock, framing })
            const points: unknown[] = []
            server.onAccepted(point => points.push(point))
            const { url } = await server.listen()
            try {
                const rows = heatPump(3)
                const job = batch(rows, { url, key: server.writeKey, compressed })
                expect(await device.do(job)).toMatchObject({ answer: "accepted" })
                expect(points.length).toBe(18)
                expect(points[6]).toMatchObject({ node: "heatpump", input: "voltage", time: START + 10 })
                expect(await device.do({ ...job, key: server.readKey })).toMatchObject({
                    answer: "no write access",
                })
                expect(await device.do({ ...job, key: KEY })).toMatchObject({ answer: "wrong key" })
                server.databaseDown = true
                expect(await device.do(job)).toMatchObject({ answer: "database down" })
            } finally {
                await server.close()
            }
        })
    })
})
