/**
 * The EmonCMS inputs of meters of one model, one for each field and in their order. `tools/wiring` makes it of
 * `devicescript.json`, and sees to it that EmonCMS takes the names as they are and that they do not collide.
 *
 * Energies go out in Wh: EmonCMS keeps feeds as 32-bit floats, in which a kWh register with three decimals loses its
 * last digit above 8192 kWh, but whole Wh are exact up to 16777 kWh.
 */
export interface InputSet {
    /** On a line with several meters, behind the meter's own name. */
    readonly names: string[]
    /**
     * How an integer of a reading is printed, a signed byte for each input: its digits behind the point, or how many zeros
     * it gets when negative.
     */
    readonly scales: Buffer
}
