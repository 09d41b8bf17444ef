import * as ds from "@devicescript/core"
import { settings } from "@devicescript/settings"
import { describe, expect, test } from "@devicescript/test"
import { flashBudget, SETTING_BLOCK_BYTES } from "../../../src/device/flash-budget"
import { readInTime } from "../../../src/device/settings"
import { SettingsSlots } from "../../../src/device/settings-slots"
import { SlotError } from "../../../src/device/slot-store"

function pattern(seed: number, length: number): Buffer {
    const data = Buffer.alloc(length)
    for (let i = 0; i < length; i++) data[i] = (i * 7 + seed * 13 + 1) & 0xff
    return data
}

describe("slots in the firmware's settings", () => {
    test("are empty at first", async () => {
        expect(await new SettingsSlots("a", 4, SETTING_BLOCK_BYTES).read(3)).toBe(undefined)
    })

    test("hold as many blocks as the flash budget grants", async () => {
        const { queueSlots } = flashBudget()
        const bytes = 2 * SETTING_BLOCK_BYTES
        const slots = new SettingsSlots("q", queueSlots, bytes, 2)
        for (let round = 0; round < 3; round++) {
            for (let i = 0; i < queueSlots; i++) await slots.write(i, pattern(i + round, bytes))
        }
        for (let i = 0; i < queueSlots; i++) {
            expect((await slots.read(i)).toString("hex")).toBe(pattern(i + 2, bytes).toString("hex"))
        }
    })

    test("store short data in the first setting alone", async () => {
        const slots = new SettingsSlots("b", 2, 40, 2)
        await slots.write(1, pattern(5, 13))
        const content = await slots.read(1)
        expect(content.slice(0, 13).toString("hex")).toBe(pattern(5, 13).toString("hex"))
        const settings = new SettingsSlots("b", 4, 20)
        expect((await settings.read(2)).slice(0, 13).toString("hex")).toBe(pattern(5, 13).toString("hex"))
        expect(await settings.read(3)).toBe(undefined)
    })

    test("refuse sizes that could be written but not read back", async () => {
        // 229 bytes under a key of two characters reach the firmware's limit of 232
        new SettingsSlots("q", 10, 229)
        let refused = 0
        try {
            new SettingsSlots("q", 10, 230)
        } catch (e) {
            if (e instanceof RangeError) refused++
        }
        try {
            await new SettingsSlots("q", 10, 20).write(1, Buffer.alloc(21))
        } catch (e) {
            if (e instanceof RangeError) refused++
        }
        expect(refused).toBe(2)
    })

    test("serve several fibers that use the same slot", async () => {
        const slots = new SettingsSlots("c", 2, SETTING_BLOCK_BYTES)
        const wrong: string[] = []
        let done = 0
        const work = async () => {
            for (let i = 0; i < 10; i++) {
                try {
                    await slots.write(0, pattern(1, SETTING_BLOCK_BYTES))
                    if (!(await slots.read(0))) wrong.push("nothing")
                    await readInTime("c0")
                } catch (e) {
                    wrong.push((e as Error).message)
                }
            }
            done++
        }
        for (let fiber = 0; fiber < 4; fiber++) work.start()
        while (done < 4) await ds.sleep(100)
        expect(wrong.join()).toBe("")
    })

    test("report when the firmware does not answer", async () => {
        const slots = new SettingsSlots("d", 4, 20)
        const { get } = settings
        settings.get = async () => await ds.suspend()
        let error: Error
        try {
            await slots.read(3)
        } catch (e) {
            error = e as Error
        }
        settings.get = get
        expect(error instanceof SlotError).toBe(true)
        expect(error.message).toBe("settings, slot 3: setting d3 took longer than 5000 ms")
        expect(await slots.read(3)).toBe(undefined)
    })

    test("report when the firmware has no room left", async () => {
        const greedy = new SettingsSlots("z", 60, SETTING_BLOCK_BYTES)
        let error: Error
        let written = 0
        try {
            for (; written < 60; written++) await greedy.write(written, pattern(written, SETTING_BLOCK_BYTES))
        } catch (e) {
            error = e as Error
        }
        expect(error instanceof SlotError).toBe(true)
        expect(error.message.includes("settings, slot " + written)).toBe(true)
    })
})
