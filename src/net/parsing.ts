/** Returns the text before the first `mark`, or all of the text if there is none. */
export function upTo(text: string, mark: string): string {
    return text.slice(0, (text + mark).indexOf(mark))
}

/** Returns the first character that is not in `allowed`; `undefined` if there is none. */
export function firstOther(text: string, allowed: string): string | undefined {
    for (let i = 0; i < text.length; i++) if (!allowed.includes(text[i] as string)) return text[i]
    return undefined
}

/** Parses a natural number in base 10 or 16 with at most 7 digits after leading zeros. Returns -1 for any other text. */
export function natural(text: string, base: number): number {
    while (text.length > 1 && text[0] === "0") text = text.slice(1)
    if (text === "" || text.length > 7) return -1
    let value = 0
    for (let i = 0; i < text.length; i++) {
        const digit = "0123456789abcdef".indexOf((text[i] as string).toLowerCase())
        if (digit < 0 || digit >= base) return -1
        value = value * base + digit
    }
    return value
}
