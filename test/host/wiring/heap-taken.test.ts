import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { heapTaken, MOST_TAKEN } from "../../../tools/wiring/heap-taken"
import { wiringOf } from "../../../tools/wiring/read-wiring"

type Part = Partial<Config["meters"][number]>

function withMeters(count: number, part: Part = {}, line: Config["line"] = defaultConfig.line) {
    const meters = Array.from({ length: count }, (_, i) => ({
        name: `meter-${i + 1}`,
        model: "pzem-016",
        address: i + 1,
        ...part,
    }))
    return wiringOf({ ...defaultConfig, line, meters }, "device", projectRoot)
}

test("accepts as many meters as the heap has room for", async () => {
    expect((await withMeters(8)).meters).toHaveLength(8)
    await expect(withMeters(9)).rejects.toThrow(
        "meters need too much memory for an ESP32: with spi-uart they take 14928 of 13440 bytes of heap. " +
            "Leave out 1 of the 9 meters; another ESP32 can read them.",
    )
})

test("accepts fewer meters with more fields, and more meters with fewer", async () => {
    await expect(withMeters(7, { model: "sdm630" })).rejects.toThrow("Leave out 1 of the 7 meters")
    const one = { fields: ["power"] }
    expect((await withMeters(10, one, { driver: "jacdac-serial" })).meters).toHaveLength(10)
})

test("counts statistics, and suggests leaving them out", async () => {
    await expect(withMeters(7, { statistics: ["power"] })).rejects.toThrow(
        'Leave out 3 of the 7 meters, or some "statistics"; another ESP32 can read them.',
    )
})

test("takes more for an extra memory chip, and for more than one reading a second", async () => {
    const plain = await withMeters(3)
    const chip = { ...plain, store: { ...plain.store, driver: "fram" } } as typeof plain
    expect(heapTaken(chip)).toBe(heapTaken(plain) + 700)
    expect(heapTaken({ ...plain, pollSeconds: 3 })).toBe(heapTaken(plain))
    expect(heapTaken({ ...plain, pollSeconds: 2 })).toBe(heapTaken(plain) + 1500)
})

test("assumes the same heap limits as the program", async () => {
    const main = await readFile(join(projectRoot, "src/main.ts"), "utf8")
    const bytes = (name: string) => Number(new RegExp(`const ${name} = (\\d+)`).exec(main)![1])
    expect(MOST_TAKEN).toBe(bytes("HEAP_BYTES") - bytes("LEAST_HEAP_BYTES"))
    expect(heapTaken(await withMeters(1, {}, { driver: "jacdac-serial" }))).toBe(0)
})
