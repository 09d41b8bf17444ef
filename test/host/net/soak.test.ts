import { expect, test } from "vitest"
import { soak } from "./soak"

test("exchanges with misbehaving servers cause no panic and leak no heap", async () => {
    const { endings, heapBefore, heapAfter, panics } = await soak(150, 1)
    expect(panics).toEqual([])
    expect(Object.values(endings).reduce((a, b) => a + b)).toBe(150)
    expect(endings).toMatchObject({
        "status 200": expect.any(Number),
        ReceiveTimeout: expect.any(Number),
        ConnectionLost: expect.any(Number),
        ClosedByPeer: expect.any(Number),
        MalformedReply: expect.any(Number),
        cut: expect.any(Number),
    })
    // The heap can vary by a number or so. An object leaked by each exchange would take thousands of bytes.
    expect(heapAfter).toBeLessThanOrEqual(heapBefore + 64)
}, 120_000)
