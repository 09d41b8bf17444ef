/** Keys are 32 hex digits; one that was copied badly may have a few more or less. A SHA-256 has 64 and is no secret. */
const LIKE_A_KEY = /[0-9a-f]{24,}/gi
const SHA256_DIGITS = 64

/** The text with `***` in place of everything that may be a key of EmonCMS. */
export function hideKeys(text: string): string {
    return text.replace(LIKE_A_KEY, digits => (digits.length === SHA256_DIGITS ? digits : "***"))
}
