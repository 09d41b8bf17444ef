import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as peer from "./behaviors"
import { type Expected, MISBEHAVIOURS } from "./misbehavior"
import { RawServer } from "./raw-server"
import { type RequestDevice, requestOf, startRequestDevice } from "./requests"

const KEY = "5ecre7c0ffee5ecre7c0ffee5ecre7c0"

function matchable({ error, ...rest }: Expected): object {
    if (error === undefined) return rest
    return { ...rest, error: error instanceof RegExp ? expect.stringMatching(error) : error }
}

describe("the HTTP client against unusual servers", () => {
    let device: RequestDevice
    let good: RawServer
    const outcomes: unknown[] = []
    beforeAll(async () => {
        device = await startRequestDevice()
        good = await RawServer.start(peer.reply(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`))
    })
    afterAll(async () => {
        await device.stop()
        await good.stop()
    })

    test.each(MISBEHAVIOURS)("%s", async (_, behavior, expected) => {
        const server = await RawServer.start(behavior)
        try {
            const headers = [`Authorization: Bearer ${KEY}`]
            const outcome = await device.do(
                requestOf({ url: server.url, method: "POST", headers, body: "data=[]" }),
            )
            outcomes.push(outcome)
            expect(outcome).toMatchObject(matchable(expected))
            expect(await device.do(requestOf({ url: good.url }))).toMatchObject({ status: 200, body: "ok" })
            expect(server.open).toBe(0)
        } finally {
            await server.stop()
        }
        expect(device.panics()).toEqual([])
    })

    test("a port without a listener", async () => {
        const { port } = good
        const url = `http://127.0.0.2:${port}`
        expect(await device.do(requestOf({ url }))).toMatchObject({
            error: "ConnectFailed",
            phase: "connect",
        })
    })

    test("keeps the key out of all errors and of the device's log", () => {
        expect(outcomes.length).toBeGreaterThanOrEqual(MISBEHAVIOURS.length)
        expect(JSON.stringify(outcomes)).not.toContain(KEY)
        expect(JSON.stringify(device.log)).not.toContain(KEY)
    })
})
