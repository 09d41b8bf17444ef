const UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
const HEX = "0123456789ABCDEF"

/**
 * Makes a text fit for a value in a query (RFC 3986): all but letters, digits and `- . _ ~` becomes `%XX` of its UTF-8
 * bytes. The platform's `encodeURIComponent` leaves `&`, `=` and `+` as they are.
 */
export function percentEncode(text: string): string {
    const bytes = Buffer.from(text)
    let encoded = ""
    for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i]
        let c = String.fromCharCode(byte)
        if (!UNRESERVED.includes(c)) c = "%" + HEX[byte >> 4] + HEX[byte & 15]
        encoded = encoded + c
    }
    return encoded
}
