/** What a JSON text says; `undefined` when it is none. It may be of another type than is hoped for. */
export function tryParse<T>(text: string): T | undefined {
    try {
        return JSON.parse(text) as T
    } catch {
        return undefined
    }
}
