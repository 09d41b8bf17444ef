/** Parses JSON. Returns `undefined` if the text is not JSON. The type of the result is not checked. */
export function tryParse<T>(text: string): T | undefined {
    try {
        return JSON.parse(text) as T
    } catch {
        return undefined
    }
}
