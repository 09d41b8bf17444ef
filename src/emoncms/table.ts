/** What stands in a table of lines `key: text` behind the key; `undefined` when it is not there. */
export function lookUp(table: string, key: string): string {
    const start = "\n" + key + ": "
    const at = table.indexOf(start)
    if (at < 0) return undefined
    return table.slice(at + start.length, table.indexOf("\n", at + 1))
}
