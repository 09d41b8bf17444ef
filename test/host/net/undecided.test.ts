import { expect, test } from "vitest"
import { JobDevice } from "./job-device"

test("abandons a connection attempt that is still pending after two minutes", async () => {
    const device = await JobDevice.start<object, { history: string; waited: number }>(
        { module: "net/undecided-jobs", name: "serveUndecided" },
        500,
    )
    const { history, waited } = await device.do({})
    await device.stop()
    expect(history).toBe("open tls silent:443, close, open tls silent:443")
    expect(waited).toBeGreaterThanOrEqual(120_000)
    expect(waited).toBeLessThan(130_000)
})
