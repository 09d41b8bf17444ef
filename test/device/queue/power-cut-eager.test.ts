import { describe, expect, test } from "@devicescript/test"
import { countWrites, cutAt } from "./power-cut"

describe("power cut while every reading is written at once", () => {
    test("loses at most the reading being written", async () => {
        const writes = await countWrites(true)
        expect(writes > 300).toBe(true)
        for (let i = 1; i <= writes; i = i + 3) await cutAt(i, true, (i & 1) === 0 ? 0 : 0xa5)
    })
})
