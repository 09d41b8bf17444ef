import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Cause } from "../../../src/actors/uplink/failure"
import { Patience } from "../../../src/actors/uplink/patience"

const SECOND_MS = 1000
const MINUTE_MS = 60000
const HOUR_MS = 3600000

/** A rest, and when it began. */
interface Rest {
    at: number
    rest: number
}

/** The successive rests of an outage in which every attempt fails for the same reason. */
async function restsOf(patience: Patience, cause: Cause, outageMs: number): Promise<Rest[]> {
    const rests: Rest[] = []
    for (let at = 0; at < outageMs; ) {
        const rest = patience.rest(at, patience.note(cause), 0)
        rests.push({ at, rest })
        at = at + rest
        await ds.sleep(1)
    }
    return rests
}

function longest(rests: Rest[]): number {
    let ms = 0
    for (const it of rests) ms = Math.max(ms, it.rest)
    return ms
}

function worked(): Patience {
    const patience = new Patience()
    patience.relieve()
    return patience
}

describe("rests", () => {
    test("start at five seconds and double, plus up to a quarter", async () => {
        const rests = await restsOf(new Patience(), "ConnectFailed", MINUTE_MS)
        for (let i = 0; i < rests.length; i++) {
            const least = Math.min((5 << i) * SECOND_MS, 48 * SECOND_MS)
            expect(rests[i].rest >= least && rests[i].rest <= least * 1.25).toBe(true)
        }
        expect(rests.length >= 4).toBe(true)
    })

    test("last at most a minute for two hours of an outage, then at most five", async () => {
        const causes: Cause[] = ["ConnectFailed", "server trouble", "database down", "clock jumped"]
        for (const cause of causes) {
            const rests = await restsOf(worked(), cause, 4 * HOUR_MS)
            expect(longest(rests.filter(({ at }) => at <= 2 * HOUR_MS)) <= MINUTE_MS).toBe(true)
            expect(longest(rests) <= 5 * MINUTE_MS).toBe(true)
            expect(longest(rests) > MINUTE_MS).toBe(true)
        }
    })

    test("are short again after a success", async () => {
        const patience = worked()
        await restsOf(patience, "ConnectFailed", 3 * HOUR_MS)
        patience.relieve()
        expect(patience.rest(4 * HOUR_MS, patience.note("ConnectFailed"), 0) < 7 * SECOND_MS).toBe(true)
    })

    test("last one to ten minutes, except the first, when only the owner can help", async () => {
        for (const cause of ["wrong key", "wrong path", "login page", "web page"] as Cause[]) {
            const rests = await restsOf(new Patience(), cause, HOUR_MS)
            expect(rests[0].rest < 7 * SECOND_MS).toBe(true)
            for (const it of rests.slice(1))
                expect(it.rest >= MINUTE_MS && it.rest <= 10 * MINUTE_MS).toBe(true)
            expect(longest(rests) > 8 * MINUTE_MS).toBe(true)
        }
    })

    test("last at most a minute after a web page or refusal if uploads worked before", async () => {
        for (const cause of ["wrong key", "wrong path", "login page", "web page"] as Cause[])
            expect(longest(await restsOf(worked(), cause, 2 * HOUR_MS)) <= MINUTE_MS).toBe(true)
    })

    test("that wait for the owner ignore earlier connection failures", async () => {
        const patience = new Patience()
        await restsOf(patience, "ConnectFailed", 10 * MINUTE_MS)
        expect(patience.note("wrong path")).toBe(false)
        const second = patience.rest(11 * MINUTE_MS, patience.note("wrong path"), 0)
        expect(second >= MINUTE_MS && second <= 75 * SECOND_MS).toBe(true)
    })
})

describe("a rest that the server asks for", () => {
    test("is honored from one second to ten minutes", () => {
        const asked = [1, 999, 1000, 90 * SECOND_MS, 600 * SECOND_MS, 601 * SECOND_MS, 24 * HOUR_MS]
        const rests = [1000, 1000, 1000, 90 * SECOND_MS, 600 * SECOND_MS, 600 * SECOND_MS, 600 * SECOND_MS]
        for (let i = 0; i < asked.length; i++) expect(new Patience().rest(0, false, asked[i])).toBe(rests[i])
    })

    test("does not make later rests longer", () => {
        const patience = worked()
        for (let i = 0; i < 10; i++) patience.rest(i * MINUTE_MS, false, MINUTE_MS)
        expect(patience.rest(10 * MINUTE_MS, false, 0) < 7 * SECOND_MS).toBe(true)
    })
})
