import { floatToText, isNumeric, type PhpScalar, toFloat, toInt, toText } from "./php/number"

/** A value with the time it was measured, as Redis gives it back: null where nothing numeric is known. */
export interface TimeValue {
    /** Seconds since the Unix epoch. */
    readonly time: number | null
    readonly value: number | null
}

/** The last value of an input or feed that was never updated, or forgotten by a restart of Redis. */
export const UNKNOWN: TimeValue = { time: null, value: null }

/**
 * What EmonCMS keeps in Redis alone: last values, and the memory of some processes. It is gone after a restart of
 * Redis without persistence. Values travel as text, which costs all but 14 digits of a float.
 */
export class Redis {
    private readonly hashes = new Map<string, { readonly time: string; readonly value: string }>()

    /**
     * Stores a pair of time and value.
     *
     * @param value a number is a float for PHP; an integer comes as text
     */
    set(key: string, time: number, value: PhpScalar): void {
        const text = typeof value === "number" ? floatToText(value) : toText(value)
        this.hashes.set(key, { time: String(time), value: text })
    }

    /** The pair stored last, `undefined` if there is none. */
    get(key: string): TimeValue | undefined {
        const hash = this.hashes.get(key)
        if (!hash) return undefined
        return {
            time: isNumeric(hash.time) ? toInt(hash.time) : null,
            value: isNumeric(hash.value) ? toFloat(hash.value) : null,
        }
    }

    /** Forgets everything, as a restart without persistence does. */
    flush(): void {
        this.hashes.clear()
    }
}
