const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** From the weekday of 1970-01-01 on. */
const WEEKDAYS = "ThuFriSatSunMonTueWed"

const LENGTH = 29

/**
 * Reads an HTTP date as `Sun, 22 Nov 2026 06:56:24 GMT` (RFC 9110, IMF-fixdate) of the years 1970 to 2099.
 *
 * @param text may be `undefined`, as a header that was not there
 * @returns milliseconds since the Unix epoch; `undefined` when it is anything else, which includes a weekday that does
 * not fit the date
 */
export function parseHttpDate(text: string): number {
    if (text === undefined || text.length !== LENGTH || text.slice(25) !== " GMT") return undefined
    if (text.slice(3, 5) !== ", " || text[7] !== " " || text[11] !== " " || text[16] !== " ") return undefined
    if (text[19] !== ":" || text[22] !== ":") return undefined
    const day = digits(text, 5, 2)
    const month = MONTHS.indexOf(text.slice(8, 11)) / 3
    const year = digits(text, 12, 4)
    const hour = digits(text, 17, 2)
    const minute = digits(text, 20, 2)
    const second = digits(text, 23, 2)
    if (MONTH_DAYS[month] === undefined || year < 1970 || year > 2099) return undefined
    const leapDay = year % 4 === 0 ? 1 : 0
    if (day < 1 || day > MONTH_DAYS[month] + (month === 1 ? leapDay : 0)) return undefined
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return undefined

    let days = (year - 1970) * 365 + Math.floor((year - 1969) / 4) + day - 1
    for (let m = 0; m < month; m++) days += MONTH_DAYS[m]
    if (month > 1) days += leapDay
    const weekday = (days % 7) * 3
    if (text.slice(0, 3) !== WEEKDAYS.slice(weekday, weekday + 3)) return undefined
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
}

/** The number in `count` digits; -1 when one of them is none. */
function digits(text: string, from: number, count: number): number {
    let value = 0
    for (let i = from; i < from + count; i++) {
        const digit = text.charCodeAt(i) - 48
        if (digit < 0 || digit > 9) return -1
        value = value * 10 + digit
    }
    return value
}
