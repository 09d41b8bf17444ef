import * as ds from "@devicescript/core"
import { crc16 } from "../../../src/line/modbus/crc16"
import type { Port } from "../../../src/line/ports/port"
import { ANSWER_MS } from "./meter-port"

/** What a PZEM-016 showed at one time. */
export interface Shown {
    readonly at: number
    /** In 0.1 W. */
    readonly power: number
}

/** A line with a PZEM-016 at every address. Each shows 230 V and 20 A, and a power that changes with time. */
export class RestlessMeter implements Port {
    readonly name = "restless"
    readonly shown: Shown[] = []
    /** Times of all requests in ms. */
    readonly asked: number[] = []
    /** The energy in Wh. */
    energy = 7329

    /**
     * @param powerAt power in 0.1 W at a time in ms; `undefined` for no answer
     * @param extraMs how much longer than usual an answer takes
     */
    constructor(
        private readonly powerAt: (at: number) => number,
        private readonly extraMs = 0,
    ) {}

    async open(): Promise<void> {}

    async exchange(request: Buffer, timeoutMs: number): Promise<Buffer> {
        const at = ds.millis()
        this.asked.push(at)
        const power = this.powerAt(at)
        await ds.sleep(power === undefined ? timeoutMs : ANSWER_MS + this.extraMs)
        if (power === undefined) return hex``
        this.shown.push({ at, power })
        return this.reply(request[0], power)
    }

    async drain(silenceMs: number): Promise<number> {
        await ds.sleep(silenceMs)
        return 0
    }

    private reply(address: number, power: number): Buffer {
        const reply = Buffer.alloc(25)
        reply[0] = address
        reply[1] = 4
        reply[2] = 20
        const registers = [2300, 20000, 0, power & 0xffff, power >> 16, this.energy, 0, 500, 100, 0]
        for (let i = 0; i < registers.length; i++) {
            reply[3 + 2 * i] = registers[i] >> 8
            reply[4 + 2 * i] = registers[i] & 0xff
        }
        const crc = crc16(reply, 0, 23)
        reply[23] = crc & 0xff
        reply[24] = crc >> 8
        return reply
    }
}
