const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"

/** Starts with the weekday of 1970-01-01. */
const WEEKDAYS = "Thu Fri Sat Sun Mon Tue Wed"

/**
 * Parses an HTTP date in one of the three forms of RFC 9110, 5.6.7: `Sun, 22 Nov 2026 06:56:24 GMT` for the years 1970 to
 * 2099, `Sunday, 22-Nov-26 06:56:24 GMT` for the years 2000 to 2099, `Sun Nov 22 06:56:24 2026`.
 *
 * @param text `undefined` for a missing header
 * @returns milliseconds since the Unix epoch; `undefined` for anything else, including a weekday that does not match the
 * date
 */
export function parseHttpDate(text: string | undefined): number | undefined {
    if (text === undefined) return undefined
    const weekday = text.slice(0, 3) + ", "
    if (text[3] === " ")
        return parseFixdate(
            weekday +
                digits(parseInt(text.slice(8, 10))) +
                text.slice(3, 8) +
                text.slice(20) +
                text.slice(10, 19) +
                " GMT",
        )
    const dash = text.indexOf("-")
    if (dash < 0) return parseFixdate(text)
    return parseFixdate(
        weekday +
            text.slice(dash - 2, dash) +
            " " +
            text.slice(dash + 1, dash + 4) +
            " 20" +
            text.slice(dash + 5),
    )
}

function parseFixdate(text: string): number | undefined {
    const day = parseInt(text.slice(5, 7))
    const month = Math.floor(MONTHS.indexOf(text.slice(8, 11)) / 4)
    const year = parseInt(text.slice(12, 16))
    const hour = parseInt(text.slice(17, 19))
    const minute = parseInt(text.slice(20, 22))
    const second = parseInt(text.slice(23, 25))
    const days = daysUntil(year, month) + day - 1
    if (year < 1970) return undefined
    if (year > 2099) return undefined
    if (day < 1) return undefined
    if (days >= daysUntil(year, month + 1)) return undefined
    if (hour > 23) return undefined
    if (minute > 59) return undefined
    if (second > 60) return undefined
    // Formatting the result must give the text again; otherwise it was no such date.
    const date = name(WEEKDAYS, days % 7) + ", " + digits(day) + " " + name(MONTHS, month) + " " + year
    const time = " " + digits(hour) + ":" + digits(minute) + ":" + digits(second) + " GMT"
    if (text !== date + time) return undefined
    return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
}

/** Days from 1970-01-01 to the first of a month; month 0 is January, 12 the next January. Valid until February 2100. */
function daysUntil(year: number, month: number): number {
    // If years begin in March, a leap day is their last day, and every 5 months have 153 days.
    const march = year * 12 + month - 2
    const years = Math.floor(march / 12)
    return years * 365 + Math.floor(years / 4) + Math.floor(((march % 12) * 153 + 2) / 5) - 719483
}

function name(names: string, index: number): string {
    return names.slice(index * 4, index * 4 + 3)
}

function digits(value: number): string {
    return value < 10 ? "0" + value : "" + value
}
