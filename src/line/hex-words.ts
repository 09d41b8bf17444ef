/** Bytes in hexadecimal, in words of four digits: the log would take 32 digits in a row for a key. */
export function hexWords(bytes: Buffer): string {
    const digits = bytes.toString("hex")
    const words: string[] = []
    for (let i = 0; i < digits.length; i += 4) words.push(digits.slice(i, i + 4))
    return words.join(" ")
}
