import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { WrongTransaction } from "../../../../../src/line/modbus/errors"
import { ModbusTcp } from "../../../../../src/line/ports/tcp-serial/modbus-tcp"

/** The example from simplymodbus.ca in both forms ("Modbus TCP/IP" and "FC03"). Only the transaction number is ours. */
const REQUEST = hex`11 03 00 6B 00 03 76 87`
const REQUEST_BODY = "11 03 00 6B 00 03"
const REPLY = hex`11 03 06 AE 41 56 52 43 40 49 AD`
const REPLY_MESSAGE = "00 01 00 00 00 09 11 03 06 AE 41 56 52 43 40"

/** Bytes of the longest message in Modbus TCP. */
const LONGEST_MESSAGE = 260

function bytes(text: string): Buffer {
    return Buffer.from(text.split(" ").join(""), "hex")
}

function begun(): ModbusTcp {
    const protocol = new ModbusTcp()
    protocol.begin(REQUEST)
    return protocol
}

describe("Modbus TCP", () => {
    test("sends the frame without its CRC after the header", async () => {
        const message = new ModbusTcp().begin(REQUEST)
        expect(message.toString("hex")).toBe(bytes("00 01 00 00 00 06 " + REQUEST_BODY).toString("hex"))
    })

    test("wraps the transaction number from 65535 to 0", async () => {
        const protocol = new ModbusTcp()
        for (let i = 0; i < 65535; i++) {
            protocol.begin(hex`01 42 80 11`)
            if (i % 256 === 255) await ds.sleep(0)
        }
        const message = protocol.begin(hex`01 42 80 11`)
        expect(message.toString("hex")).toBe("000000000002" + "0142")
    })

    test("converts a reply to an RTU frame, however it is split in two", async () => {
        const message = bytes(REPLY_MESSAGE)
        for (let at = 0; at <= message.length; at++) {
            const protocol = begun()
            protocol.hear(message.slice(0, at))
            expect(protocol.isOver()).toBe(at === message.length)
            protocol.hear(message.slice(at, message.length))
            expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
            expect(protocol.isOver()).toBe(true)
        }
    })

    test("drops messages of other transactions before and after the reply", async () => {
        const late = "00 00 00 00 00 05 11 03 02 FF FF "
        const protocol = begun()
        protocol.hear(bytes(late + REPLY_MESSAGE + " " + late))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
        protocol.begin(REQUEST)
        protocol.hear(bytes(REPLY_MESSAGE))
        expect(protocol.isOver()).toBe(false)
        expect(protocol.received().length).toBe(0)
    })

    test("finds the reply after the rest of a late message", async () => {
        const protocol = begun()
        protocol.hear(bytes("00 01 00 00 00 05 11 03"))
        protocol.begin(REQUEST)
        protocol.hear(bytes("02 FF FF 00 02 00 00 00 05 11 03 02 AE 41"))
        expect(protocol.received().toString("hex").startsWith("110302ae41")).toBe(true)
    })

    test("finds the reply among heartbeats and registration texts", async () => {
        const texts = ["FF", "00", "00 00 00 00 00 00", "48 45 4C 4C 4F 0D 0A", "00 01 00 00", "11 03 06"]
        for (const text of texts) {
            await ds.sleep(1)
            const protocol = begun()
            protocol.hear(bytes(text))
            expect(protocol.isOver()).toBe(false)
            protocol.hear(bytes(text + " " + REPLY_MESSAGE + " " + text))
            expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
        }
    })

    test("keeps at most two messages of junk, and finds the reply after it", async () => {
        await ds.sleep(1)
        const protocol = begun()
        for (let i = 0; i < 20; i++) protocol.hear(Buffer.alloc(100))
        // the error for a wrong transaction brings what is kept
        protocol.hear(bytes("00 07 00 00 00 05 11 03 02 FF FF"))
        expect(protocol.complaint().received.length).toBe(2 * LONGEST_MESSAGE)
        protocol.hear(bytes(REPLY_MESSAGE))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
    })

    test("ignores a second reply to the same transaction", async () => {
        const protocol = begun()
        protocol.hear(bytes(REPLY_MESSAGE))
        protocol.hear(bytes("00 01 00 00 00 05 11 03 02 FF FF"))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
    })

    test("passes exceptions on as the unit's, and treats a silent target as silence", async () => {
        const refused = begun()
        refused.hear(bytes("00 01 00 00 00 03 11 83 02"))
        expect(refused.received().toString("hex")).toBe("118302c134")
        const silent = begun()
        silent.hear(bytes("00 01 00 00 00 03 11 83 0B"))
        expect(silent.isOver()).toBe(true)
        expect(silent.received().length).toBe(0)
        for (const unit of ["11", "FF", "00"]) {
            const busy = begun()
            busy.hear(bytes("00 01 00 00 00 03 " + unit + " 83 06"))
            expect(busy.received().slice(0, 3).toString("hex")).toBe("118306")
        }
    })

    test("reports a wrong transaction or another protocol, but not a lone heartbeat", async () => {
        const other = begun()
        other.hear(bytes("00 07 00 00 00 09 11 03 06 AE 41 56 52 43 40"))
        const wrong = other.complaint() as WrongTransaction
        expect(wrong.name).toBe("WrongTransaction")
        expect(wrong.asked).toBe(1)
        expect(wrong.answered).toBe(7)
        const rtu = begun()
        rtu.hear(REPLY)
        expect(rtu.complaint().name).toBe("NotModbusTcp")
        const heartbeat = begun()
        heartbeat.hear(bytes("FF"))
        expect(heartbeat.complaint()).toBe(undefined)
        expect(begun().complaint()).toBe(undefined)
    })
})
