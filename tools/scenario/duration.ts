/** The units that a scenario can use, in ms. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Converts a duration from a scenario, such as `90 s` or `1.5 h`, to milliseconds. The schema has checked its form. */
export function milliseconds(duration: string): number {
    const [, count, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(duration)!
    return Number(count) * UNITS[unit!]!
}

/** Like {@link milliseconds}, with a sign, such as `-2 h`. */
export function signedMilliseconds(duration: string): number {
    const sign = duration.startsWith("-") ? -1 : 1
    return sign * milliseconds(duration.replace(/^[+-] ?/, ""))
}

/** `14 d`, `1 h 30 min`, `12 s 500 ms`: a time in milliseconds, in its two largest units. */
export function durationText(ms: number): string {
    const parts: string[] = []
    let rest = Math.round(ms)
    for (const [unit, size] of Object.entries(UNITS).reverse()) {
        const count = Math.floor(rest / size)
        if (count === 0) continue
        parts.push(`${count} ${unit}`)
        rest -= count * size
    }
    return parts.slice(0, 2).join(" ") || "0 s"
}
