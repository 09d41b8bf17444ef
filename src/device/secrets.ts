const secrets: string[] = []

/**
 * Makes {@link redacted} hide this text from now on. A text of less than four characters would hide too much, even its own `***`.
 */
export function keepSecret(secret: string) {
    if (secret.length > 3 && !secrets.includes(secret)) secrets.push(secret)
}

const HEX = "0123456789abcdefABCDEF"
/** Hex digits of an EmonCMS key. */
const KEY_DIGITS = 32

/** Replaces each secret, and what looks like an EmonCMS key, with `***`. Longer runs of hex digits are Modbus frames. */
export function redacted(text: string): string {
    for (const secret of secrets) {
        for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret))
            text = text.slice(0, at) + "***" + text.slice(at + secret.length)
    }
    let start = 0
    for (let i = 0; i <= text.length; i++) {
        if (i < text.length && HEX.includes(text[i])) continue
        if (i - start === KEY_DIGITS) return redacted(text.slice(0, start) + "***" + text.slice(i))
        start = i + 1
    }
    return text
}
