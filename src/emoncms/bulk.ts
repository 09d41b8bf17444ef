import { formatDecimal } from "../line/meters/format"
import { Deflater } from "../net/deflate"
import type { Input } from "./inputs"

/** Path of a bulk upload. With `.json`, a server that does not know it answers a line instead of a whole page. */
export const BULK_PATH = "/input/bulk.json"

const TYPE = "Content-Type: application/"

/** The header that tells that a body is not compressed. */
export const FORM = TYPE + "x-www-form-urlencoded"

/**
 * The body of one bulk upload: rows of `[seconds,"node",{"input":value},...]`, with times relative to a base. Each value
 * has an object of its own: of several in one object, EmonCMS before 11.0.2 stores the first and says `ok`.
 *
 * Normally compressed, as emonHub does it too: names cost nearly nothing then, so that a row with names is smaller than
 * one without. Not compressed, it is for a server whose PHP lacks zlib.
 */
export class BulkBody {
    /** Rows in it. */
    rows: number
    private base: number
    private compressed: boolean
    private length: number
    private readonly deflater: Deflater

    /** @param buffer what is written, from its first byte to the length that {@link finish} tells */
    constructor(readonly buffer: Buffer) {
        this.deflater = new Deflater(buffer)
        this.begin(0, true)
    }

    /**
     * Starts a new body.
     * @param base what the times of the rows are counted from, in whole seconds
     */
    begin(base: number, compressed: boolean): void {
        this.base = base
        this.compressed = compressed
        this.rows = 0
        this.length = 0
        if (compressed) this.deflater.begin()
        else this.write("data=")
    }

    /**
     * Adds a row; the caller adds them in ascending order of time. Values that are `undefined` are left out, because
     * EmonCMS would make a zero of them; a row without any value is left out altogether.
     *
     * A compressed row of seven inputs takes 15 000 steps of the VM, the first one 25 000. The VM allows 131 072 in a
     * row, so others must get a turn after every four rows.
     *
     * @param time in whole seconds of the clock of `base`: Unix time, or uptime
     * @param values integers, one for each of `inputs`
     * @returns whether there was room for it
     */
    add(time: number, node: string, inputs: Input[], values: number[]): boolean {
        const named = this.named(inputs, values)
        if (named === "") return true
        const row = (this.rows === 0 ? "[[" : ",[") + (time - this.base) + ',"' + node + '",' + named + "]"
        const bytes = row.byteLength + 1
        const fits = this.compressed ? this.deflater.fits(bytes) : this.length + bytes <= this.buffer.length
        if (!fits) return false
        this.write(row)
        this.rows++
        return true
    }

    /** Ends the body. There must be at least one row in it. @returns its length in bytes */
    finish(): number {
        this.write("]")
        return this.compressed ? this.deflater.finish() : this.length
    }

    /** The header that tells what the body is. */
    contentType(): string {
        return this.compressed ? TYPE + "octet-stream" : FORM
    }

    /**
     * Where to post the body.
     *
     * @param sentAt the time now on the clock of the rows, if that is not the wall clock: the server then counts back
     * from its own. To be asked for anew before each attempt.
     */
    path(sentAt?: number): string {
        const reference = sentAt === undefined ? "time=" + this.base : "sentat=" + (sentAt - this.base)
        return BULK_PATH + (this.compressed ? "?cb=1&" : "?") + reference
    }

    private named(inputs: Input[], values: number[]): string {
        let text = ""
        for (let i = 0; i < inputs.length; i++) {
            const value = values[i]
            if (value === undefined) continue
            const { name, factor, decimals } = inputs[i]
            text =
                text +
                (text === "" ? '{"' : ',{"') +
                name +
                '":' +
                formatDecimal(value * factor, decimals) +
                "}"
        }
        return text
    }

    private write(text: string): void {
        if (this.compressed) {
            this.deflater.write(text)
            return
        }
        const size = text.byteLength
        this.buffer.blitAt(this.length, text, 0, size)
        this.length += size
    }
}
