import * as ds from "@devicescript/core"
import { FakeSocket } from "../../net/fake-socket"

/** A row as it was posted: time, node, and one object for each value. */
export type Row = [number, string, ...Record<string, number>[]]

/** How the server handles an upload. */
export interface Handling {
    /** How many of its rows the server stores, from the first on. */
    stores: number
    /** The answer; with `undefined` the server closes the connection without one. */
    says: string | undefined
}

/** A network with an EmonCMS that knows the inputs of one node and handles uploads as the test says. */
export class EmonCmsNetwork extends FakeSocket {
    /** All uploads. Rows that were stored have absolute times. */
    readonly uploads: Row[][] = []
    /** The inputs that the device asked about. */
    readonly questions: string[] = []
    /** How often the key was checked. */
    checks = 0
    /** Time of the last stored row with an input, by the input's name. */
    readonly times: Record<string, number> = {}
    /** A `Date` header with its line break; empty for none. */
    date = ""
    /** The answer to key checks. */
    access = '{"success": false, "message": "Format error, json string supplied is not valid"}'
    private handle: (rows: Row[]) => Handling = rows => ({ stores: rows.length, says: "ok" })
    private request = ""

    constructor() {
        super(true)
    }

    /** @param handle decides how the server handles an upload */
    uploadsAre(handle: (rows: Row[]) => Handling) {
        this.handle = handle
    }

    override open(host: string, port: number, _tls: boolean): void {
        this.log.push("open " + host + ":" + port)
        this.request = ""
        this.connect.start()
    }

    override write(data: Buffer): number {
        if (this.request === "") this.answer.start()
        this.request = this.request + data.toString()
        return 0
    }

    private async connect() {
        await ds.sleep(5)
        this.says("open")
    }

    private async answer() {
        await ds.sleep(50)
        const body = this.replyTo(this.request)
        if (body !== undefined) {
            this.says("data", Buffer.from("HTTP/1.1 200 OK\r\n" + this.date + "\r\n" + body))
        }
        this.says("close")
    }

    private replyTo(request: string): string | undefined {
        if (request.startsWith("GET")) {
            const from = request.indexOf("&name=") + 6
            const name = request.slice(from, request.indexOf(" ", from))
            this.questions.push(name)
            const time = this.times[name]
            return time === undefined ? '"Node does not exist"' : '{"time":' + time + ',"value":1}'
        }
        const text = request.slice(request.indexOf("data=") + 5)
        if (text === "[]") {
            this.checks++
            return this.access
        }
        const rows = JSON.parse(text) as Row[]
        const at = request.indexOf("time=") + 5
        const base = request.indexOf("time=") < 0 ? 0 : parseInt(request.slice(at, request.indexOf(" ", at)))
        this.uploads.push(rows)
        const { stores, says } = this.handle(rows)
        for (let i = 0; i < stores; i++) {
            const row = rows[i] as unknown[]
            row[0] = base + (row[0] as number)
            for (const name of namesIn(rows[i])) this.times[name] = row[0] as number
        }
        return says
    }
}

/** The names of a row's inputs. */
export function namesIn(row: Row): string[] {
    const names: string[] = []
    for (let i = 2; i < row.length; i++) names.push(Object.keys(row[i] as Record<string, number>)[0])
    return names
}

/** The value of one of a row's inputs, by its index. */
export function valueIn(row: Row, input: number): number {
    return Object.values(row[input + 2] as Record<string, number>)[0]
}
