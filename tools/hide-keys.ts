/** A key has 32 hex digits; a badly copied one may have a few more or fewer. A SHA-256 has 64 and is no secret. */
const LIKE_A_KEY = /[0-9a-f]{24,}/gi
const SHA256_DIGITS = 64

/** Replaces everything that may be an EmonCMS key by `***`. */
export function hideKeys(text: string): string {
    return text.replace(LIKE_A_KEY, digits => (digits.length === SHA256_DIGITS ? digits : "***"))
}
