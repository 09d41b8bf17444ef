import { afterEach, describe, expect, it, test } from "vitest"
import { isRelease, Release, UnknownReleaseError } from "../../../sim/emoncms/release"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { ManualClock } from "./manual-clock"
import { exchange } from "./raw-http"
import { request, WRITE_KEY } from "./replay"

test.each(["9.8.10", "9.9.0", "10.2", "11.16.8", "11.0.9-php8.2", "10.2.7-php8.2"])(
    "accepts release %s",
    name => {
        expect(isRelease(name)).toBe(true)
        expect(new Release(name).version).toBe(name.replace("-php8.2", ""))
    },
)

test.each([
    "9.8.8",
    "9.7.7",
    "8.5.2",
    "11.16.9",
    "12.0.0",
    "11.4.11-php8.2",
    "9.9.9-php8.2",
    "",
    "new",
    "11.2.3.4",
])('refuses release "%s" and says which are valid', name => {
    expect(isRelease(name)).toBe(false)
    expect(() => new Release(name)).toThrow(UnknownReleaseError)
    expect(() => new Release(name)).toThrow("from 9.8.10 to 11.16.8")
})

describe("between the recorded releases", () => {
    // From EmonCMS's history: cb=1 and whole objects came on 29 Dec 2021, the key check in 11.16.5.
    it.each([
        ["storesWholeObjects", "11.0.1", "11.0.2"],
        ["unpacksBody", "11.0.1", "11.0.2"],
        ["unpacksHex", "9.9.5", "9.9.6"],
        ["tellsSession", "11.16.4", "11.16.5"],
        ["checksBulkData", "11.9.3", "11.9.4"],
        ["stripsPrefix", "10.1.8", "10.1.9"],
    ] as const)("%s is missing in %s and present in %s", (ability, before, from) => {
        expect(new Release(before)[ability]).toBe(false)
        expect(new Release(from)[ability]).toBe(true)
    })

    it.each([
        ["9.8.18", "unchecked"],
        ["9.8.24", "numbers"],
        ["9.9.3", "names"],
        ["11.7.4", "names"],
        ["11.9.8", "json"],
    ])("%s expects process lists in this form: %s", (version, form) => {
        expect(new Release(version).processLists).toBe(form)
    })
})

describe("notices in front of a body", () => {
    let server: EmonCmsServer | undefined

    afterEach(() => server?.close())

    async function bulk(rows: number) {
        server = new EmonCmsServer({
            clock: new ManualClock(0),
            writeKey: WRITE_KEY,
            version: "10.8.5-php8.2",
        })
        const { port } = await server.listen()
        const data = Array.from({ length: rows }, (_, i) => `[${i},"m",{"p":${i}}]`)
        const headers = { "Content-Type": "application/x-www-form-urlencoded" }
        const body = `time=1700000000&data=[${data}]`
        return exchange(port, request("POST", `/input/bulk.json?apikey=${WRITE_KEY}`, headers, body))
    }

    // From the recorder's PROVISIONING: 1923 bytes for two rows, two more lines per row, another type over 4096 bytes.
    it("have the recorded length", async () => {
        const reply = await bulk(2)
        expect(reply.headers.get("Content-Type")).toBe("text/plain;charset=UTF-8")
        expect(Math.abs(reply.body.length - 1923)).toBeLessThan(20)
        expect(reply.body.endsWith("<br />\nok")).toBe(true)
    })

    it("turn an answer longer than PHP's buffer into HTML that still ends in ok", async () => {
        const reply = await bulk(20)
        expect(reply.headers.get("Content-Type")).toBe("text/html; charset=UTF-8")
        expect(reply.headers.get("Transfer-Encoding")).toBe("chunked")
        expect(reply.headers.has("Content-Length")).toBe(false)
        expect(reply.body.length).toBeGreaterThan(4096)
        expect(reply.body.endsWith("<br />\nok")).toBe(true)
        expect(server?.inputs().get("m")?.get("p")).toEqual({ time: 1700000019, value: 19 })
    })
})
