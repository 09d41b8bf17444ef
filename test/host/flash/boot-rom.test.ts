import { deflateSync } from "node:zlib"
import { expect, test } from "vitest"
import { ROM_KINDS, StandInBootRom } from "../../../sim/chip/boot-rom"
import { SlipReader, slipFramed } from "../../../sim/chip/slip"

/** From the documentation of esptool's serial protocol. */
const BEGIN = 0x10
const DATA = 0x11
const CHECKSUM_SEED = 0xef
const SUCCESS = [0, 0]
const FAILURE_CHECKSUM = [1, 7]

test("refuses a piece with a wrong checksum, and writes what comes with the right one", () => {
    const rom = new StandInBootRom(ROM_KINDS.esp32)
    let answer = Buffer.of()
    const reader = new SlipReader(packet => {
        answer = Buffer.from(packet)
    })
    const receive = rom.attach(bytes => reader.read(bytes))
    const words = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer)
    /** The status in the answer to a command. */
    const ask = (command: number, data: Buffer, checksum = 0) => {
        const header = Buffer.from([0, command, data.length & 0xff, data.length >> 8, 0, 0, 0, 0])
        header.writeUInt32LE(checksum, 4)
        receive(slipFramed(Buffer.concat([header, data])))
        expect([answer[0], answer[1]]).toEqual([1, command])
        return [...answer.subarray(8, 10)]
    }
    const content = Buffer.from("firmware")
    const packed = deflateSync(content)
    const checksum = packed.reduce((sum, byte) => sum ^ byte, CHECKSUM_SEED)
    const piece = Buffer.concat([words(packed.length, 0, 0, 0), packed])
    expect(ask(DATA, piece, checksum)).toEqual(FAILURE_CHECKSUM)
    expect(ask(BEGIN, words(content.length, 1, 1024, 0x1000))).toEqual(SUCCESS)
    expect(ask(DATA, piece, checksum ^ 1)).toEqual(FAILURE_CHECKSUM)
    expect(rom.flash[0x1000]).toBe(0xff)
    expect(ask(DATA, piece, checksum)).toEqual(SUCCESS)
    expect(rom.flash.subarray(0x1000, 0x1008).toString()).toBe("firmware")
})
