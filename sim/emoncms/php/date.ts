/**
 * The part of `strtotime` that a meter gateway is likely to use: ISO 8601, which without an offset is in the server's zone
 * (UTC here), and `@` with seconds.
 * PHP also knows phrases ("tomorrow", "22:13", "2023"); they count as unparsable here.
 *
 * @returns whole seconds since the Unix epoch, or `undefined` for text that is not a date
 */
export function parseDate(text: string): number | undefined {
    const seconds = /^@(-?\d+)(\.\d*)?$/.exec(text)?.[1]
    if (seconds !== undefined) return Number(seconds)
    const date = ISO_8601.exec(text)?.groups
    if (!date) return undefined
    const part = (name: string) => Number(date[name] ?? 0)
    if (part("month") < 1 || part("month") > 12 || part("day") < 1 || part("day") > 31) return undefined
    if (part("hour") > 24 || part("minute") > 59 || part("second") > 60) return undefined
    const local = Date.UTC(
        part("year"),
        part("month") - 1,
        part("day"),
        part("hour"),
        part("minute"),
        part("second"),
    )
    const offset = (part("offsetHour") * 60 + part("offsetMinute")) * 60
    return local / 1000 - (date.sign === "-" ? -offset : offset)
}

const ISO_8601 = new RegExp(
    "^(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)" +
        "(?:[T ](?<hour>\\d\\d):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:[.,]\\d+)?)?" +
        "(?:Z|(?<sign>[+-])(?<offsetHour>\\d\\d):?(?<offsetMinute>\\d\\d)?)?)?$",
    "i",
)
