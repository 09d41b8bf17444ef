/** What stands before `mark`; all of the text when it is not there. */
export function upTo(text: string, mark: string): string {
    return text.slice(0, (text + mark).indexOf(mark))
}

/** The first character that is none of `allowed`; `undefined` when there is no such. */
export function firstOther(text: string, allowed: string): string | undefined {
    for (let i = 0; i < text.length; i++) if (!allowed.includes(text[i] as string)) return text[i]
    return undefined
}

/** The number that `text` is, in base 10 or 16 and of at most 7 digits; -1 if it is none. */
export function natural(text: string, base: number): number {
    if (text === "" || text.length > 7) return -1
    let value = 0
    for (let i = 0; i < text.length; i++) {
        const digit = "0123456789abcdef".indexOf((text[i] as string).toLowerCase())
        if (digit < 0 || digit >= base) return -1
        value = value * base + digit
    }
    return value
}
