import { describe, expect, test } from "@devicescript/test"
import { cutEverywhere } from "./power-cut"

describe("power cut while every reading is written at once", () => {
    test("loses at most the reading being written", async () => {
        const writes = await cutEverywhere(true, write => {
            if (write % 3 !== 1) return []
            return [(write & 1) === 0 ? 0 : 0xa5]
        })
        expect(writes > 300).toBe(true)
    })
})
