import * as ds from "@devicescript/core"
import { afterEach, describe, expect, test } from "@devicescript/test"
import { describe as described, locate, onFault, reportFault, spawn } from "../../../src/kernel/fault"

describe("a fault", () => {
    const told: string[] = []
    const tell = (where: string, e: Error) => told.push(where + ": " + described(e))

    afterEach(() => {
        while (told.length > 0) told.pop()
    })

    test("is reported under its fiber's name and does not stop other fibers", async () => {
        onFault(tell)
        spawn("pump", async () => {
            await ds.sleep(1)
            throw new RangeError("too hot")
        })
        spawn("car", async () => {
            await ds.sleep(2)
            told.push("car is done")
        })
        await ds.sleep(10)
        expect(told.join("; ")).toBe("pump: RangeError: too hot; car is done")
    })

    test("does not spread from the fault handler", () => {
        let calls = 0
        onFault(() => {
            calls++
            throw new TypeError("cannot tell")
        })
        reportFault("pump", new RangeError("too hot"))
        expect(calls).toBe(1)
    })

    test("can be any thrown value", () => {
        const thrown: unknown[] = [undefined, null, "a text", new TypeError("no text")]
        expect(thrown.map(it => described(it as Error)).join("; ")).toBe(
            "nothing was thrown; nothing was thrown; a text; TypeError: no text",
        )
        expect(locate(thrown[2] as Error)).toBe("a text")
    })
})
