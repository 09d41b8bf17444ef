import { formatDecimal } from "../line/meters/format"
import type { Deflater } from "../net/deflate"
import type { InputSet } from "./inputs"

/** Path of a bulk upload. With `.json`, a server that does not know it answers a line instead of a whole page. */
export const BULK_PATH = "/input/bulk.json"

const TYPE = "Content-Type: application/"

/** The header that tells that a body is not compressed. */
export const FORM = TYPE + "x-www-form-urlencoded"

/** What a byte costs that is no repeat, of the VM's {@link BulkBody 131 072}. */
export const STEPS_OF_BYTE = 100

/** Bytes of text in a compressed body, of which places can be told in 16 bits with a row to spare. */
const MOST_TEXT = 60000

/**
 * The body of one bulk upload: rows of `[seconds,"node",{"input":value},...]`, with times relative to a base. Each value
 * has an object of its own: of several in one object, EmonCMS before 11.0.2 stores the first and says `ok`.
 *
 * Normally compressed, as emonHub does it too: names that come again cost nearly nothing then, so that a row with names is
 * smaller than one without. Not compressed, it is for a server whose PHP lacks zlib.
 *
 * A row is added value by value, because the VM allows 131 072 steps in a row, and a value takes up to
 * {@link STEPS_OF_BYTE} of them for each byte of it that is new. Others must get a turn in between.
 */
export class BulkBody {
    /** Rows in it. */
    rows!: number
    private base!: number
    /** What compresses the body in hand; `undefined` for one that is not compressed. */
    private stream: Deflater | undefined
    private length!: number
    /** Where the value of each place stood last, 16 bits each. */
    private readonly places: Buffer
    /** The row in hand has values already, and where the last of them stood, when its name has come before. */
    private isOpen!: boolean
    private latest!: number
    /** Length before the row in hand, of a body that is not compressed. */
    private rowAt!: number
    private head!: string

    /**
     * @param buffer what is written, from its first byte to the length that {@link finish} tells
     * @param places numbers that values may have, from 0 on
     * @param deflater compresses into the same buffer; `undefined` in a program without
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
     * @param node of all rows
     * @param base what the times of the rows are counted from, in whole seconds
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
     * Starts a row; the caller adds rows in ascending order of time.
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
     * Adds a value to the row. One that is `undefined` is left out, because EmonCMS would make a zero of it.
     *
     * @param place a number that this input always has, and nothing else; one from the number of places on for none
     * @param prefix what the input's name begins with
     * @param index of the input
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
        // The first value of a row has the node in front of it: its text comes again only behind another first value.
        const isKept = this.isOpen === index > 0 && place * 2 < this.places.length
        const last = isKept ? this.places.getAt(place * 2, "u16") : 0
        let known = 0
        let from = last
        if (last > 0) known = text.length - number.length
        else if (this.latest > 0) {
            // Behind the same meter's name.
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
     * Ends the row. One without any value is left out.
     * @returns whether there was room for it; else it is taken back
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

    /** Ends the body. There must be at least one row in it. @returns its length in bytes */
    finish(): number {
        this.write("]")
        return this.stream ? this.stream.finish() : this.length
    }

    /** The header that tells what the body is. */
    contentType(): string {
        return this.stream ? TYPE + "octet-stream" : FORM
    }

    /**
     * Where to post the body.
     *
     * @param sentAt the time now on the clock of the rows, if that is not the wall clock: the server then counts back
     * from its own. To be asked for anew before each attempt.
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
