import { floatToText, isNumeric, type PhpScalar, toFloat, toInt, toText } from "./php/number"

/** A value with the time of its measurement, as Redis returns it: null where nothing numeric is known. */
export interface TimeValue {
    /** Seconds since the Unix epoch. */
    readonly time: number | null
    readonly value: number | null
}

/** The last value of an input or feed that was never updated, or whose value was lost in a restart of Redis. */
export const UNKNOWN: TimeValue = { time: null, value: null }

/**
 * The data that EmonCMS keeps only in Redis: last values, and the memory of some processes. A restart of Redis without
 * persistence loses it. Values are stored as text, which keeps only 14 digits of a float.
 */
export class Redis {
    private readonly hashes = new Map<string, { readonly time: string; readonly value: string }>()

    /**
     * Stores a pair of time and value.
     *
     * @param value a number is a PHP float; pass an integer as text
     */
    set(key: string, time: number, value: PhpScalar): void {
        const text = typeof value === "number" ? floatToText(value) : toText(value)
        this.hashes.set(key, { time: String(time), value: text })
    }

    /** The last stored pair; `undefined` if there is none. */
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
