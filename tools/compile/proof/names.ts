/** Generates names that are unique within a file, except those of members. */
export interface Names {
    next(kind: string): string
    /** A name for a field or method. Different classes can have the same one. */
    member(n: number): string
}

export function makeNames(label: string): Names {
    let count = 0
    return {
        next: kind => `${kind}_${label}_${count++}`,
        member: n => ["value", "total", "next", "step", "limit", "read", "write", "count"][n % 8]!,
    }
}
