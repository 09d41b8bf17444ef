import { describe, expect, test } from "@devicescript/test"
import { countWrites, cutAt } from "./power-cut"

describe("power cut while a slot is being written", () => {
    test("loses no stored reading, whichever write it interrupts", async () => {
        const writes = await countWrites(false)
        expect(writes > 10).toBe(true)
        for (let i = 1; i <= writes; i++) await cutAt(i, false, 0)
        for (let i = 1; i <= writes; i++) await cutAt(i, false, 0x5a)
    })
})
