/**
 * Text as PHP sees it. PHP's strings are bytes. Where EmonCMS needs characters (`/u` patterns, JSON), bytes that are not
 * UTF-8 make the whole string fail. A JavaScript string made of such bytes carries each non-ASCII byte as a lone surrogate
 * (U+DC80 to U+DCFF), so that this failure can be detected later.
 */

const LONE_SURROGATE = /\p{Surrogate}/u
const FORBIDDEN_IN_NAME = /[^\p{N}\p{L}_\s\-.]/gu

/** Text from bytes in a `latin1` string. */
export function textFromBytes(latin1: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
    if (/^[\x00-\x7f]*$/.test(latin1)) return latin1
    try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
            Buffer.from(latin1, "latin1"),
        )
    } catch {
        // Not UTF-8, which is a property of the text, not an error of this function.
        return latin1.replace(/[\u0080-\u00ff]/g, byte => String.fromCharCode(0xdc00 + byte.charCodeAt(0)))
    }
}

/** Whether the bytes of this text were UTF-8. */
export function isUtf8(text: string): boolean {
    return !LONE_SURROGATE.test(text)
}

/**
 * Keeps the characters that EmonCMS allows in names of nodes and inputs: letters and digits of any script, `_`, `-`, `.`
 * and white space. Text that is not UTF-8 becomes empty.
 */
export function filterName(name: string): string {
    return isUtf8(name) ? name.replace(FORBIDDEN_IN_NAME, "") : ""
}

/** `stripslashes`: EmonCMS removes backslashes from every parameter. */
export function stripSlashes(text: string): string {
    return text.replace(/\\(.?)/gs, (_, next: string) => (next === "0" ? "\0" : next))
}
