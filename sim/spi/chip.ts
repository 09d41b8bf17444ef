/** Differences between the chips that matter for SPI2 used as a UART. */
export interface Chip {
    name: "esp32" | "esp32s2" | "esp32s3" | "esp32c3"
    /** Largest value of the clock's first divider: the width of `clkdiv_pre` in `soc/spi_struct.h`. */
    maxPrescaler: number
    /**
     * Level of MOSI between transfers: fixed, or that of the last bit sent, low before the first one.
     * `SPI_LL_MOSI_FREE_LEVEL` of ESP-IDF, and the reset value of `D_POL` on chips that have it.
     */
    mosiIdle: "high" | "last bit"
}

export const chips: Record<Chip["name"], Chip> = {
    esp32: { name: "esp32", maxPrescaler: 8192, mosiIdle: "last bit" },
    esp32s2: { name: "esp32s2", maxPrescaler: 8192, mosiIdle: "high" },
    esp32s3: { name: "esp32s3", maxPrescaler: 16, mosiIdle: "high" },
    esp32c3: { name: "esp32c3", maxPrescaler: 16, mosiIdle: "high" },
}

const APB_HZ = 80_000_000

/**
 * The clock that a chip generates when asked for `hz`: the divider search of ESP-IDF 5.0, in integer arithmetic as there
 * (`spi_ll_master_cal_clock` in `components/hal/<chip>/include/hal/spi_ll.h`). A request below the slowest clock is not
 * refused: the chip runs at its slowest.
 */
export function spiClock(chip: Chip, hz: number): number {
    if (hz > (APB_HZ / 4) * 3) return APB_HZ
    let smallestError = Number.POSITIVE_INFINITY
    let divider = 1
    for (let n = 2; n <= 64; n++) {
        const wanted = Math.floor((Math.floor(APB_HZ / n) + Math.floor(hz / 2)) / hz)
        const prescaler = Math.min(Math.max(wanted, 1), chip.maxPrescaler)
        const error = Math.abs(Math.floor(APB_HZ / (prescaler * n)) - hz)
        if (error > smallestError) continue
        smallestError = error
        divider = prescaler * n
    }
    return APB_HZ / divider
}
