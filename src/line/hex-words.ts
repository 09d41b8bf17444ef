/** Bytes in hexadecimal, in words of four digits: the log would take 32 digits in a row for a key. */
export function hexWords(bytes: Buffer): string {
    let text = bytes.toString("hex")
    for (let i = 4; i < text.length; i += 5) text = text.slice(0, i) + " " + text.slice(i)
    return text
}
