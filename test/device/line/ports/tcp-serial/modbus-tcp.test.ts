import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { ModbusTcp } from "../../../../../src/line/ports/tcp-serial/modbus-tcp"
import { GatewayError } from "../../../../../src/line/ports/tcp-serial/protocol"

/** The example of simplymodbus.ca, in both of its forms ("Modbus TCP/IP" and "FC03"); only the transaction is ours. */
const REQUEST = hex`11 03 00 6B 00 03 76 87`
const REQUEST_BODY = "11 03 00 6B 00 03"
const REPLY = hex`11 03 06 AE 41 56 52 43 40 49 AD`
const REPLY_MESSAGE = "00 01 00 00 00 09 11 03 06 AE 41 56 52 43 40"

function bytes(text: string): Buffer {
    return Buffer.from(text.split(" ").join(""), "hex")
}

function begun(): ModbusTcp {
    const protocol = new ModbusTcp()
    protocol.begin(REQUEST)
    return protocol
}

function failure(protocol: ModbusTcp, message: Buffer): GatewayError {
    try {
        protocol.hear(message)
    } catch (e) {
        if (e instanceof GatewayError) return e
        throw e
    }
    throw new Error("nothing was thrown")
}

describe("Modbus TCP", () => {
    test("sends the frame without CRC behind the header", async () => {
        const message = new ModbusTcp().begin(REQUEST)
        expect(message.toString("hex")).toBe(bytes("00 01 00 00 00 06 " + REQUEST_BODY).toString("hex"))
    })

    test("counts transactions up to 65535, and then from 0", async () => {
        const protocol = new ModbusTcp()
        for (let i = 0; i < 65535; i++) {
            protocol.begin(hex`01 42 80 11`)
            if (i % 256 === 255) await ds.sleep(0)
        }
        const message = protocol.begin(hex`01 42 80 11`)
        expect(message.toString("hex")).toBe("000000000002" + "0142")
    })

    test("makes the line's frame of a reply, in whatever two pieces it comes", async () => {
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

    test("drops what belongs to other transactions, before, behind and in one piece with the reply", async () => {
        const late = "00 00 00 00 00 05 11 03 02 FF FF "
        const protocol = begun()
        protocol.hear(bytes(late + REPLY_MESSAGE + " " + late))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
        protocol.begin(REQUEST)
        protocol.hear(bytes(REPLY_MESSAGE))
        expect(protocol.isOver()).toBe(false)
        expect(protocol.received().length).toBe(0)
    })

    test("keeps the beginning of a late message until its end has come", async () => {
        const protocol = begun()
        protocol.hear(bytes("00 01 00 00 00 05 11 03"))
        protocol.begin(REQUEST)
        protocol.hear(bytes("02 FF FF 00 02 00 00 00 05 11 03 02 AE 41"))
        expect(protocol.received().toString("hex").startsWith("110302ae41")).toBe(true)
    })

    test("takes a second reply to the same transaction for nothing", async () => {
        const protocol = begun()
        protocol.hear(bytes(REPLY_MESSAGE))
        protocol.hear(bytes("00 01 00 00 00 05 11 03 02 FF FF"))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
    })

    test("gives a meter's exception on, and hears the gateway's own as silence or an error", async () => {
        const refused = begun()
        refused.hear(bytes("00 01 00 00 00 03 11 83 02"))
        expect(refused.received().toString("hex")).toBe("118302c134")
        const silent = begun()
        silent.hear(bytes("00 01 00 00 00 03 11 83 0B"))
        expect(silent.isOver()).toBe(true)
        expect(silent.received().length).toBe(0)
        const lost = failure(begun(), bytes("00 01 00 00 00 03 11 83 0A"))
        expect(lost.cause).toBe("the gateway has no way to the meters")
    })

    test("names what is no Modbus TCP: another protocol, no length, too long a length", async () => {
        for (const start of [
            "48 54 54 50 2F 31",
            "00 01 00 00 00 01",
            "00 01 00 00 00 FF",
            "00 01 00 00 01 09",
        ]) {
            const e = failure(begun(), bytes(start))
            expect(e.cause).toBe('"' + bytes(start).toString("hex") + '" does not begin a Modbus TCP message')
        }
    })

    test("forgets half a message with its connection", async () => {
        const protocol = begun()
        protocol.hear(bytes("00 01 00 00 00 09 11"))
        protocol.reset()
        protocol.begin(REQUEST)
        protocol.hear(bytes(REPLY_MESSAGE.split("00 01 00").join("00 02 00")))
        expect(protocol.received().toString("hex")).toBe(REPLY.toString("hex"))
    })
})
