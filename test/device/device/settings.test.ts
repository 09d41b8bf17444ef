import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type LogRecord, records } from "../../../src/device/log"
import { inTime, readInTime, writeInTime } from "../../../src/device/settings"

describe("the settings service", () => {
    test("times out after 5 s and then serves the next access", async () => {
        await writeInTime("NUMBER", 7)
        const begun = ds.millis()
        let failure = "none"
        try {
            await inTime("EMON_URL", async () => await ds.suspend())
        } catch (e) {
            failure = (e as Error).name + ": " + (e as Error).message
        }
        expect(failure).toBe("DeadlineExceeded: setting EMON_URL took longer than 5000 ms")
        expect(ds.millis() - begun < 5100).toBe(true)
        expect(await readInTime<number>("NUMBER")).toBe(7)
    })

    test("leaves a setting missing and logs an error when it refuses the key", async () => {
        const told: LogRecord[] = []
        records.subscribe(record => told.push(record))
        expect(await readInTime("LONGER_THAN_13_CHARACTERS")).toBe(undefined)
        expect(told.map(({ source, text }) => source + ": " + text).join()).toBe(
            "settings: RangeError: key length must be <= 13",
        )
    })
})
