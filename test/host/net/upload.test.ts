import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { inflateSync } from "node:zlib"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { JobDevice } from "./job-device"

/** Inputs of a meter. A scale is the number of decimals, or of trailing zeros if negative. */
interface Meter {
    prefix: string
    names: string[]
    scales: number[]
}

interface Row {
    time: number
    /** Index of the meter. */
    meter: number
    values: (number | null)[]
}

interface Job {
    url: string
    key: string
    compressed: boolean
    base: number
    sentAt: number | null
    room: number
    node: string
    meters: Meter[]
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

const PZEM: Meter = {
    prefix: "",
    names: ["voltage", "current", "power", "energy", "frequency", "power_factor"],
    scales: [1, 3, 1, 0, 1, 2],
}

/** Rows of one heat pump at work, or of several in turn. Every value changes. */
function heatPump(count: number, meters = 1): Row[] {
    let energy = 1_234_567
    return Array.from({ length: count }, (_, i) => {
        const volts = 2280 + ((i * 7919) % 41)
        const milliamps = 9000 + ((i * 104729) % 6007)
        const power = Math.round((volts * milliamps * 0.95) / 1000)
        energy += Math.round(power / 3600)
        return {
            time: START + 10 * Math.floor(i / meters),
            meter: i % meters,
            values: [volts, milliamps, power, energy, 499 + (i % 3), 90 + ((i * 31) % 10)],
        }
    })
}

/** The rows as EmonCMS must understand them. */
function expectedRows({ base, node, meters, rows }: Job): unknown[] {
    return rows
        .map(({ time, meter, values }) => {
            const { prefix, names, scales } = meters[meter]!
            const known = names.flatMap((name, i) => {
                const value = values[i]
                if (value == null) return []
                return [
                    { [prefix + name]: Number((value / 10 ** scales[i]!).toFixed(Math.max(0, scales[i]!))) },
                ]
            })
            return [time - base, node, ...known]
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
        return {
            url,
            key: KEY,
            compressed: true,
            base: START,
            sentAt: null,
            room: 4096,
            node: "heatpump",
            meters: [PZEM],
            rows,
            ...more,
        }
    }

    test("needs at most 45 bytes per reading for 30 readings, and 60 with headers", async () => {
        const job = batch(heatPump(30))
        expect(await device.do(job)).toMatchObject({ answer: "accepted", rows: 30 })
        expect(JSON.parse(inflateSync(body).toString())).toEqual(expectedRows(job))
        expect(body.length / 30).toBeLessThanOrEqual(45)
        expect(requestBytes / 30).toBeLessThanOrEqual(60)
    })

    test("ends before the first row that does not fit, when compressed", async () => {
        const job = batch(heatPump(40), { room: 1000 })
        const { added, bytes } = await device.do(job)
        expect(added).toBeLessThan(40)
        expect(JSON.parse(inflateSync(body).toString())).toEqual(
            expectedRows({ ...job, rows: job.rows.slice(0, added) }),
        )
        expect(bytes).toBeGreaterThan(1000 - 50)
    })

    test("needs at most 70 bytes per row for four meters with long names", async () => {
        const meters = [1, 2, 3, 4].map(n => ({ ...PZEM, prefix: `heatpump-phase-${n}_` }))
        const job = batch(heatPump(40, 4), { meters })
        expect(await device.do(job)).toMatchObject({ answer: "accepted", rows: 40 })
        expect(JSON.parse(inflateSync(body).toString())).toEqual(expectedRows(job))
        // 45 bytes per row, and more for the four rows whose names are new
        expect(body.length / 40).toBeLessThanOrEqual(70)
    })

    test("carries the same rows when not compressed", async () => {
        const job = batch(heatPump(20), { compressed: false })
        expect(await device.do(job)).toMatchObject({ answer: "accepted", rows: 20 })
        const form = new URLSearchParams(body.toString())
        expect(JSON.parse(form.get("data")!)).toEqual(expectedRows(job))
    })

    test("is decompressed by zlib into the given rows, whatever the names and values", async () => {
        const name = fc.string({ unit: fc.constantFrom(..."aAz09_-. "), minLength: 1, maxLength: 24 })
        const value = fc.oneof(
            fc.constant(null),
            fc.integer({ min: 0, max: 0x7fffffff }),
            fc.integer({ min: -999, max: 999 }),
        )
        const meter = fc.record({
            prefix: fc.oneof(fc.constant(""), name),
            names: fc.uniqueArray(name, { minLength: 1, maxLength: 8 }),
            scales: fc.array(fc.integer({ min: -1, max: 4 }), { minLength: 8, maxLength: 8 }),
        })
        const arbitraryBatch = fc
            .record({ node: name, meters: fc.array(meter, { minLength: 1, maxLength: 4 }) })
            .chain(({ node, meters }) => {
                const row = fc.integer({ min: 0, max: meters.length - 1 }).chain(meter => {
                    const { length } = meters[meter]!.names
                    return fc.record({
                        time: fc.integer({ min: START, max: START + 1_000_000 }),
                        meter: fc.constant(meter),
                        values: fc.array(value, { minLength: length, maxLength: length }),
                    })
                })
                return fc.record({
                    node: fc.constant(node),
                    meters: fc.constant(meters),
                    rows: fc.array(row, { minLength: 1, maxLength: 12 }),
                })
            })
            .map(({ node, meters, rows }) => batch(rows, { node, meters }))
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

    test("ends before the first row that does not fit, when not compressed", async () => {
        const names = PZEM.names.map(name => `${name}_of_a_heat_pump_in_the_cellar`)
        const job = batch(heatPump(20), { compressed: false, meters: [{ ...PZEM, names }] })
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
        ])("is stored with its times, and each refusal is recognized, %s", async (_, compressed) => {
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
