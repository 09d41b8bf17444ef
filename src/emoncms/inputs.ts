/**
 * The EmonCMS inputs for meters of one model, one for each field and in the same order. `tools/wiring` makes it from
 * `devicescript.json`, and ensures that EmonCMS accepts the names unchanged and that they do not collide.
 *
 * Energies are sent in Wh: EmonCMS stores feeds as 32-bit floats, in which a kWh register with three decimals loses its
 * last digit above 8192 kWh, but whole Wh are exact up to 16777 kWh.
 */
export interface InputSet {
    /** On a line with several meters, the name of the meter is put in front of them. */
    readonly names: string[]
    /**
     * How to print the integer of a reading, as a signed byte for each input: the number of decimals or, if negative, of zeros
     * to append.
     */
    readonly scales: Buffer
}
