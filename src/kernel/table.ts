/** The text of a key in a table of lines `key: text`; `undefined` if the key is not there. */
export function lookUp(table: string, key: string): string | undefined {
    const start = "\n" + key + ": "
    const at = table.indexOf(start)
    if (at < 0) return undefined
    return table.slice(at + start.length, table.indexOf("\n", at + 1))
}

/** The key of the first line in a table of lines `key: words` whose words occur in `text`; `undefined` if there is none. */
export function firstFound(table: string, text: string): string | undefined {
    for (let start = 1; start < table.length; ) {
        const colon = table.indexOf(": ", start)
        const end = table.indexOf("\n", start)
        if (text.includes(table.slice(colon + 2, end))) return table.slice(start, colon)
        start = end + 1
    }
    return undefined
}
