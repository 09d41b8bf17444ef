import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Restarts } from "../../../src/device/restarts"
import { keepSecret } from "../../../src/device/secrets"
import { readInTime, writeInTime } from "../../../src/device/settings"

interface Note {
    count: number
    at: number
    reason: string
}

/** Simulates a start of the program. */
async function start(): Promise<Restarts> {
    const restarts = new Restarts()
    await restarts.begin()
    return restarts
}

/** The note in the flash. */
async function noted(): Promise<Note> {
    return await readInTime<Note>("RESTARTS")
}

describe("restarts", () => {
    test("do not include a power-up, which writes nothing", async () => {
        const { count, safeMode } = await start()
        expect(count).toBe(0)
        expect(safeMode).toBe(false)
        expect(await noted()).toBe(undefined)
    })

    test("enter safe mode from the fifth in a row on", async () => {
        const story: string[] = []
        for (let i = 1; i <= 6; i++) {
            await ds.sleep(10000)
            const { count, safeMode } = await start()
            story.push(count + (safeMode ? " safe" : ""))
            expect((await noted()).count).toBe(i)
        }
        expect(story.join(", ")).toBe("1, 2, 3, 4, 5 safe, 6 safe")
    })

    test("are counted from one again after a deployment", async () => {
        await ds.sleep(10000)
        await writeInTime("RESTARTS", 0)
        const { count, safeMode } = await start()
        expect(count).toBe(1)
        expect(safeMode).toBe(false)
    })

    test("are not counted twice if they were noted", async () => {
        await ds.sleep(10000)
        await writeInTime("RESTARTS", { count: 3, at: ds.millis(), reason: "uplink: hung" })
        await ds.sleep(1060)
        const { count } = await start()
        expect(count).toBe(3)
        expect((await noted()).reason).toBe("uplink: hung")
    })

    test("are counted if the platform stops the program soon after a noted one", async () => {
        await ds.sleep(10000)
        await writeInTime("RESTARTS", { count: 3, at: ds.millis(), reason: "uplink: hung" })
        await ds.sleep(6200)
        expect((await start()).count).toBe(4)
    })

    test("are counted from one if the setting is invalid", async () => {
        for (const nonsense of [null, "5", [5], { count: "5" }]) {
            await ds.sleep(10000)
            await writeInTime("RESTARTS", nonsense)
            expect((await start()).count).toBe(1)
        }
    })

    test("are forgotten after an hour, with a single write", async () => {
        await ds.sleep(10000)
        await writeInTime("RESTARTS", { count: 3, at: 0, reason: "" })
        const restarts = await start()
        for (let minute = 0; minute < 59; minute++) {
            await ds.sleep(60000)
            await restarts.settle()
        }
        expect((await noted()).count).toBe(4)
        await ds.sleep(61000)
        await restarts.settle()
        const at = (await noted()).at
        expect((await noted()).count).toBe(0)
        await ds.sleep(60000)
        await restarts.settle()
        expect((await noted()).at).toBe(at)
    })

    test("are noted with a reason that fits into the setting and hides secrets", async () => {
        keepSecret("0123456789abcdef0123456789abcdef")
        let long = "key 0123456789abcdef0123456789abcdef "
        while (long.length < 1000) long = long + '"\\ '
        await new Restarts().note(long)
        const { reason } = await noted()
        expect(reason.startsWith('key *** "\\ "\\ ')).toBe(true)
    })
})
