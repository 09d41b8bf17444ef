const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** From the weekday of 1970-01-01 on. */
const WEEKDAYS = "ThuFriSatSunMonTueWed"

/** `d` stands for a digit, a small letter for anything. */
const FORM = "www, dd mmm dddd dd:dd:dd GMT"
const DIGIT = 100
const SMALL_A = 97

/**
 * Reads an HTTP date as `Sun, 22 Nov 2026 06:56:24 GMT` (RFC 9110, IMF-fixdate) of the years 1970 to 2099.
 *
 * @param text may be `undefined`, as a header that was not there
 * @returns milliseconds since the Unix epoch; `undefined` when it is anything else, which includes a weekday that does
 * not fit the date
 */
export function parseHttpDate(text: string): number {
    if (text === undefined || !hasForm(text)) return undefined
    const day = numberIn(text, 5, 7)
    const month = MONTHS.indexOf(text.slice(8, 11)) / 3
    const year = numberIn(text, 12, 16)
    const hour = numberIn(text, 17, 19)
    const minute = numberIn(text, 20, 22)
    const second = numberIn(text, 23, 25)
    if (MONTH_DAYS[month] === undefined || year < 1970 || year > 2099) return undefined
    const leapDay = year % 4 === 0 ? 1 : 0
    if (day < 1 || day > MONTH_DAYS[month] + (month === 1 ? leapDay : 0)) return undefined
    if (hour > 23 || minute > 59 || second > 60) return undefined

    let days = (year - 1970) * 365 + Math.floor((year - 1969) / 4) + day - 1
    for (let m = 0; m < month; m++) days += MONTH_DAYS[m]
    if (month > 1) days += leapDay
    const weekday = (days % 7) * 3
    if (text.slice(0, 3) !== WEEKDAYS.slice(weekday, weekday + 3)) return undefined
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
}

function hasForm(text: string): boolean {
    for (let i = 0; i < FORM.length; i++) {
        const form = FORM.charCodeAt(i)
        const code = text.charCodeAt(i)
        if (form === DIGIT ? code < 48 || code > 57 : form < SMALL_A && code !== form) return false
    }
    return text.length === FORM.length
}

function numberIn(text: string, from: number, to: number): number {
    return parseInt(text.slice(from, to))
}
