import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { wiringOf } from "../../../tools/wiring/read-wiring"

function withMeters(count: number, statistics?: string[]) {
    const meters = Array.from({ length: count }, (_, i) => ({
        name: `meter-${i + 1}`,
        model: "pzem-016",
        address: i + 1,
        statistics,
    }))
    return wiringOf({ ...defaultConfig, meters }, "device", projectRoot)
}

test("as many meters are taken as the heap has room for", async () => {
    expect((await withMeters(12)).meters).toHaveLength(12)
    await expect(withMeters(13)).rejects.toThrow(
        "meters are too many for the memory of an ESP32: with spi-uart they take 22656 of 22528 bytes of heap. " +
            "Leave out 1 of the 13 meters; another ESP32 can read them.",
    )
})

test("statistics count, and may be left out instead", async () => {
    await expect(withMeters(12, ["power"])).rejects.toThrow(
        'Leave out 4 of the 12 meters, or some "statistics"; another ESP32 can read them.',
    )
})
