import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { DeadlineExceeded, withDeadline } from "../../../src/kernel/deadline"

async function failure(body: () => Promise<number>): Promise<Error> {
    try {
        await body()
    } catch (e) {
        return e as Error
    }
    return undefined
}

describe("deadline", () => {
    test("returns a result in time, even an immediate one", async () => {
        expect(
            await withDeadline("nap", 100, async () => {
                await ds.sleep(5)
                return 0.5
            }),
        ).toBe(0.5)
        expect(await withDeadline("nothing", 100, async () => 7)).toBe(7)
    })

    test("rethrows the body's error", async () => {
        const e = await failure(
            async () =>
                await withDeadline("work", 100, async () => {
                    await ds.sleep(5)
                    throw new RangeError("inner")
                }),
        )
        expect(e instanceof RangeError).toBe(true)
        expect(e.message).toBe("inner")
    })

    test("gives up on a call that never returns", async () => {
        const e = await failure(
            async () =>
                await withDeadline("reply", 20, async () => {
                    await ds.suspend()
                    return 1
                }),
        )
        expect(e instanceof DeadlineExceeded).toBe(true)
        expect((e as DeadlineExceeded).operation).toBe("reply")
        expect((e as DeadlineExceeded).ms).toBe(20)
        await ds.sleep(20)
    })

    test("ignores a call that returns late", async () => {
        const late: string[] = []
        const e = await failure(
            async () =>
                await withDeadline("reply", 20, async () => {
                    await ds.sleep(60)
                    late.push("returned")
                    return 1
                }),
        )
        expect(e instanceof DeadlineExceeded).toBe(true)
        const woken = await ds.suspend<string>(100)
        expect(woken).toBe(undefined)
        expect(late.length).toBe(1)
    })

    test("ignores a call that throws late", async () => {
        const e = await failure(
            async () =>
                await withDeadline("reply", 20, async () => {
                    await ds.sleep(60)
                    throw new Error("too late to matter")
                }),
        )
        expect(e instanceof DeadlineExceeded).toBe(true)
        await ds.sleep(100)
    })

    test("either returns or times out when both happen at once", async () => {
        let results = 0
        let late = 0
        for (let i = 0; i < 40; i++) {
            try {
                await withDeadline("edge", 10, async () => {
                    await ds.sleep(10)
                    return 1
                })
                results++
            } catch {
                late++
            }
        }
        expect(results + late).toBe(40)
    })
})
