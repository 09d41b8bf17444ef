const UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
const HEX = "0123456789ABCDEF"

/**
 * Encodes a value for a query (RFC 3986): every UTF-8 byte except letters, digits and `- . _ ~` becomes `%XX`. The
 * platform's `encodeURIComponent` does not encode `&`, `=` and `+`.
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
