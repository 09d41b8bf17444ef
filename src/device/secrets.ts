const secrets: string[] = []

/** From now on {@link redacted} hides this text. */
export function keepSecret(secret: string) {
    if (secret !== "" && !secrets.includes(secret)) secrets.push(secret)
}

/** The text with `***` in place of every secret. */
export function redacted(text: string): string {
    for (const secret of secrets) {
        for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret))
            text = text.slice(0, at) + "***" + text.slice(at + secret.length)
    }
    return text
}
