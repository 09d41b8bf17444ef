/**
 * Formats a reading's integer as a decimal: 2301 with 1 decimal is `230.1`. Exact up to 14 digits, while the VM's own
 * formatting of fractions keeps only 7.
 *
 * @param value an integer, negative or not
 * @param decimals digits after the decimal point, 0 or more
 */
export function formatDecimal(value: number, decimals: number): string {
    let digits = "" + Math.abs(value)
    while (digits.length <= decimals) digits = "0" + digits
    const point = digits.length - decimals
    const sign = value < 0 ? "-" : ""
    if (decimals === 0) return sign + digits
    return sign + digits.slice(0, point) + "." + digits.slice(point)
}
