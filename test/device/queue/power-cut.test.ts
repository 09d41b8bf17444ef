import { describe, expect, test } from "@devicescript/test"
import { cutEverywhere } from "./power-cut"

describe("power cut while a slot is being written", () => {
    test("loses no stored reading, whichever write it interrupts", async () => {
        const writes = await cutEverywhere(false, () => [0, 0x5a])
        expect(writes > 10).toBe(true)
    })
})
