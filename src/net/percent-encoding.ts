const HEX = "0123456789ABCDEF"

/**
 * Makes a text fit for a value in a query (RFC 3986): all but letters, digits and `- . _ ~` becomes `%XX` of its UTF-8
 * bytes. The platform's `encodeURIComponent` leaves `&`, `=` and `+` as they are.
 */
export function percentEncode(text: string): string {
    const bytes = Buffer.from(text)
    let encoded = ""
    for (let i = 0; i < bytes.length; i++) {
        const c = bytes[i]
        encoded = encoded + (isUnreserved(c) ? String.fromCharCode(c) : "%" + HEX[c >> 4] + HEX[c & 15])
    }
    return encoded
}

function isUnreserved(c: number): boolean {
    if (c >= 48 && c <= 57) return true
    const letter = c | 32
    if (letter >= 97 && letter <= 122) return true
    return c === 45 || c === 46 || c === 95 || c === 126
}
