import { formatDecimal } from "../line/meters/format"
import type { Deflater } from "../net/deflate"
import type { InputSet } from "./inputs"

/** Path of a bulk upload. Because of `.json`, a server that does not know it answers with one line instead of a page. */
export const BULK_PATH = "/input/bulk.json"

const TYPE = "Content-Type: application/"

/** The header of a body that is not compressed. */
export const FORM = TYPE + "x-www-form-urlencoded"

/** VM steps for a byte that is not part of a repeat. The VM allows {@link BulkBody 131 072} without a pause. */
export const STEPS_OF_BYTE = 100

/** Limit in bytes for the text of a compressed body: positions in it fit in 16 bits, with a row to spare. */
const MOST_TEXT = 60000

/**
 * The body of one bulk upload: rows of `[seconds,"node",{"input":value},...]`, with times relative to a base. Each value
 * has its own object: of several values in one object, EmonCMS before 11.0.2 stores only the first, and still says `ok`.
 *
 * Normally the body is compressed, as in emonHub. Repeated names then cost nearly nothing, so a row with names is smaller
 * than one without. The uncompressed form is for servers that cannot decompress: EmonCMS before 11.0.2, or PHP without zlib.
 *
 * Rows are added value by value, so that other fibers get a turn in between. The VM allows 131 072 steps without a pause,
 * and a value takes up to {@link STEPS_OF_BYTE} of them for each new byte.
 */
export class BulkBody {
    /** Number of rows. */
    rows!: number
    private base!: number
    /** Compresses the current body; `undefined` if it is not compressed. */
    private stream: Deflater | undefined
    private length!: number
    /** For each place, the position of its last value in the text, 16 bits each; 0 for none. */
    private readonly places: Buffer
    /** Whether the current row has values, and the position of the last one, or 0 if there are fewer than two. */
    private isOpen!: boolean
    private latest!: number
    /** Length before the current row, of a body that is not compressed. */
    private rowAt!: number
    private head!: string

    /**
     * @param buffer receives the body, from its first byte up to the length that {@link finish} returns
     * @param places how many places there are; they are numbered from 0
     * @param deflater compresses into the same buffer; `undefined` if the program has none
     */
    constructor(
        readonly buffer: Buffer,
        places: number,
        private readonly deflater: Deflater | undefined,
    ) {
        this.places = Buffer.alloc(places * 2)
        this.begin("", 0, false)
    }

    /**
     * Starts a new body.
     * @param node name of the node of all rows
     * @param base time from which the times of the rows are counted, in whole seconds
     * @param compressed whether the server can decompress
     */
    begin(node: string, base: number, compressed: boolean): void {
        this.head = ',"' + node + '"'
        this.base = base
        this.stream = compressed ? this.deflater : undefined
        this.rows = 0
        this.length = 0
        this.places.fillAt(0, this.places.length, 0)
        if (this.stream) this.stream.begin()
        else this.write("data=")
    }

    /**
     * Starts a row. The caller must add rows in ascending order of time.
     * @param time in whole seconds of the clock of `base`: Unix time, or uptime
     */
    beginRow(time: number): void {
        this.rowAt = this.length
        this.stream?.save()
        this.isOpen = false
        this.latest = 0
        this.write((this.rows === 0 ? "[[" : ",[") + (time - this.base))
    }

    /**
     * Adds a value to the row. An `undefined` value is left out, because EmonCMS would turn it into a zero.
     *
     * @param place a fixed number that only this input has; a number beyond the last place stands for none
     * @param prefix beginning of the input's name
     * @param index index of the input in the set
     * @param value an integer
     * @returns about how many bytes were new
     */
    addValue(
        place: number,
        prefix: string,
        { names, scales }: InputSet,
        index: number,
        value: number | undefined,
    ): number {
        if (value === undefined) return 0
        let scale = scales.getAt(index, "i8")
        for (; scale < 0; scale++) value = value * 10
        const number = formatDecimal(value, scale)
        const begin = this.isOpen ? '},{"' + prefix : this.head + ',{"' + prefix
        const text = begin + names[index] + '":' + number
        // The first value of a row has the node in front of it, so it can only repeat the first value of another row.
        const isKept = this.isOpen === index > 0 && place * 2 < this.places.length
        const last = isKept ? this.places.getAt(place * 2, "u16") : 0
        let known = 0
        let from = last
        if (last > 0) known = text.length - number.length
        else if (this.latest > 0) {
            // Only the text up to the meter's name repeats the last value.
            known = begin.length
            from = this.latest
        }
        const position = this.stream ? this.stream.position : 0
        this.write(text, known, from)
        if (isKept) this.places.setAt(place * 2, "u16", position)
        this.latest = this.isOpen ? position : 0
        this.isOpen = true
        return text.length - known
    }

    /**
     * Ends the row. A row without any value is left out.
     * @returns whether there was room for the row; otherwise it is taken back
     */
    endRow(): boolean {
        const { stream } = this
        if (this.isOpen) this.write("}]")
        const fits = stream ? stream.fits() && stream.position < MOST_TEXT : this.length < this.buffer.length
        if (fits && this.isOpen) this.rows++
        else {
            this.length = this.rowAt
            stream?.restore()
            this.places.fillAt(0, this.places.length, 0)
        }
        return fits
    }

    /** Ends the body, which must have at least one row. @returns its length in bytes */
    finish(): number {
        this.write("]")
        return this.stream ? this.stream.finish() : this.length
    }

    /** The `Content-Type` header of the body. */
    contentType(): string {
        return this.stream ? TYPE + "octet-stream" : FORM
    }

    /**
     * Path to which the body is posted. Call it again before every attempt.
     *
     * @param sentAt the current time on the clock of the rows, if that is not the wall clock. The server then counts back from
     * its own clock.
     */
    path(sentAt?: number): string {
        const reference = sentAt === undefined ? "time=" + this.base : "sentat=" + (sentAt - this.base)
        return BULK_PATH + (this.stream ? "?cb=1&" : "?") + reference
    }

    private write(text: string, known = 0, from = 0): void {
        if (this.stream) {
            this.stream.write(text, known, from)
            return
        }
        const size = text.byteLength
        if (this.length + size <= this.buffer.length) this.buffer.blitAt(this.length, text, 0, size)
        this.length += size
    }
}
