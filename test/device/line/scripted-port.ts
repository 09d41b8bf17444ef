import * as ds from "@devicescript/core"
import type { Port, PortError } from "../../../src/line/ports/port"

/** One exchange of a script. */
interface Step {
    readonly request: Buffer
    /** All bytes on the line after the request, or the error with which the port fails. */
    readonly outcome: Buffer | PortError
}

/**
 * A line with a script of requests and answers. It delivers byte by byte, as a real line does: bytes after a complete answer
 * stay on the line until it is drained.
 */
export class ScriptedPort implements Port {
    readonly name = "script"
    /** Calls of open. */
    opens = 0
    /** Calls of drain. */
    drains = 0
    /** The time-out of each exchange in ms. */
    readonly timeouts: number[] = []
    /** `ds.millis()` at the beginning of each exchange. */
    readonly begins: number[] = []
    /** `ds.millis()` at the end of each exchange. */
    readonly ends: number[] = []
    private readonly steps: Step[] = []
    private leftover = 0
    private busy = false

    /** Adds an exchange to the script. */
    expect(request: Buffer, outcome: Buffer | PortError): this {
        this.steps.push({ request, outcome })
        return this
    }

    /** @throws Error when exchanges of the script are left */
    finish() {
        if (this.steps.length > 0) throw new Error("never sent: " + this.steps[0].request.toString("hex"))
    }

    async open(): Promise<void> {
        this.opens++
    }

    async exchange(
        request: Buffer,
        timeoutMs: number,
        complete: (received: Buffer) => boolean,
    ): Promise<Buffer> {
        if (this.busy) throw new Error("two exchanges at once")
        this.busy = true
        this.begins.push(ds.millis())
        this.timeouts.push(timeoutMs)
        await ds.sleep(2)
        this.ends.push(ds.millis())
        this.busy = false
        return this.play(request, complete)
    }

    async drain(silenceMs: number, limitMs: number): Promise<number> {
        if (silenceMs > limitMs) throw new Error("drains longer than the limit")
        this.drains++
        const drained = this.leftover
        this.leftover = 0
        return drained
    }

    private play(request: Buffer, complete: (received: Buffer) => boolean): Buffer {
        const step = this.steps.shift()
        const sent = request.toString("hex")
        if (!step) throw new Error("not in the script: " + sent)
        const wanted = step.request.toString("hex")
        if (sent !== wanted) throw new Error("sent " + sent + " instead of " + wanted)
        if (step.outcome instanceof Error) throw step.outcome
        const line = step.outcome as Buffer
        let length = 0
        while (length < line.length && !complete(line.slice(0, length))) length++
        this.leftover += line.length - length
        return line.slice(0, length)
    }
}
