import { describe, expect, test } from "vitest"
import { chips, spiClock } from "../../../sim/spi/chip"

describe("the SPI clock of a chip", () => {
    // results of the divider search of ESP-IDF 5.0.5, calculated for the project's notes on the hardware
    test.each([
        [38_400, 38_387.716],
        [76_800, 76_775.432],
        [96_000, 96_038.415],
        [153_600, 153_846.154],
        [78_125, 78_125],
        [19_531, 19_531.25],
    ])("ESP32 and ESP32-S2, asked for %d Hz", (hz, made) => {
        expect(spiClock(chips.esp32, hz)).toBeCloseTo(made, 3)
        expect(spiClock(chips.esp32s2, hz)).toBeCloseTo(made, 3)
    })

    test.each([
        [38_400, 78_125],
        [76_800, 78_125],
        [86_400, 86_206.897],
        [96_000, 96_153.846],
        [153_600, 153_846.154],
        [78_125, 78_125],
    ])("ESP32-S3 and ESP32-C3, asked for %d Hz", (hz, made) => {
        expect(spiClock(chips.esp32s3, hz)).toBeCloseTo(made, 3)
        expect(spiClock(chips.esp32c3, hz)).toBeCloseTo(made, 3)
    })

    test.each(Object.values(chips))("$name makes the same clock when asked for one Hz more", chip => {
        for (const hz of [78_125, 156_250]) {
            expect(spiClock(chip, hz)).toBe(hz)
            expect(spiClock(chip, hz + 1)).toBe(hz)
        }
    })
})
