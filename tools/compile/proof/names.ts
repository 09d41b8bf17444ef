/** Makes names that no other part of a file has. */
export interface Names {
    next(kind: string): string
    /** A name of a field or method, of which classes share some. */
    member(n: number): string
}

export function makeNames(label: string): Names {
    let count = 0
    return {
        next: kind => `${kind}_${label}_${count++}`,
        member: n => ["value", "total", "next", "step", "limit", "read", "write", "count"][n % 8]!,
    }
}
