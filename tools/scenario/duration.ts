/** Milliseconds of each unit that a scenario may use. */
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** A duration as a scenario writes it, such as `90 s` or `1.5 h`, in milliseconds. The schema has seen to its form. */
export function milliseconds(duration: string): number {
    const [, count, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(duration)!
    return Number(count) * UNITS[unit!]!
}

/** The same with a sign before it, such as `-2 h`. */
export function signedMilliseconds(duration: string): number {
    const sign = duration.startsWith("-") ? -1 : 1
    return sign * milliseconds(duration.replace(/^[+-] ?/, ""))
}

/** `14 d`, `1 h 30 min`, `12.5 s`: the two largest units of a time in milliseconds. */
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
