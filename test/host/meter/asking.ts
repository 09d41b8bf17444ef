import { createRequire } from "node:module"
import { VirtualClock } from "../../../sim/clock"
import { constantLoad } from "../../../sim/meter/load"
import type { Slave } from "../../../sim/meter/slave"

/** modbus-serial's CRC, which is independent of ours. */
const crc16: (frame: Buffer) => number = createRequire(import.meta.url)("modbus-serial/utils/crc16")

/** An arbitrary day, for clocks that do not follow real time. */
export const SOME_DAY = Date.UTC(2026, 0, 10)

/** A clock that moves only by its timers. */
export function stillClock(): VirtualClock {
    return new VirtualClock(Number.POSITIVE_INFINITY, SOME_DAY)
}

/** 2 kW, power factor 1. */
export const kettle = constantLoad({ power: 2000, voltage: 230 })

/** "01 04" as bytes. */
export function bytes(hex: string): Uint8Array {
    return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"))
}

/** "01 04" as bytes, followed by their CRC. */
export function frame(hex: string): Uint8Array {
    const body = Buffer.from(bytes(hex))
    const crc = crc16(body)
    return Uint8Array.from([...body, crc & 0xff, crc >> 8])
}

/** Bytes as "01 04". */
export function hex(data: Uint8Array): string {
    return Buffer.from(data)
        .toString("hex")
        .toUpperCase()
        .replace(/..(?=.)/g, "$& ")
}

/** A slave's answer to a request, without its CRC, which must be right; `undefined` for silence. */
export function ask(slave: Slave, request: string): string | undefined {
    const answer = slave.receive(frame(request))
    if (!answer) return undefined
    const body = hex(answer.bytes.slice(0, -2))
    if (hex(frame(body)) !== hex(answer.bytes)) throw new Error(`Wrong CRC in ${hex(answer.bytes)}`)
    return body
}

/** The 16-bit registers in a reply to function 0x03 or 0x04. */
export function words(reply: string | undefined): number[] {
    const data = Buffer.from(bytes(reply ?? "")).subarray(3)
    return Array.from({ length: data.length / 2 }, (_, i) => data.readUInt16BE(2 * i))
}
