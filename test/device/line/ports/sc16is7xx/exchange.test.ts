import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Sc16is7xxChip } from "../../../../../sim/i2c/sc16is7xx"
import { Sc16is7xx } from "../../../../../src/line/ports/sc16is7xx"
import { I2cBus } from "./i2c-bus"
import { ParrotSlave } from "./line-end"

/** A request and the answer of a real meter, from Tasmota's issue 6050. */
const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY = hex`01 04 14 08 91 08 07 00 00 11 29 00 00 1C A1 00 02 01 F6 00 61 00 00 68 25`

const wholeReply = (received: Buffer) => received.length >= REPLY.length
const never = () => false

/** An open port with a meter that gives {@link REPLY} to {@link REQUEST}. */
async function portToParrot(): Promise<Sc16is7xx> {
    const bus = new I2cBus()
    bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
    const port = new Sc16is7xx({ address: 0x4d, crystalHz: 14745600, channel: "A", baud: 9600, stopBits: 1 })
    await port.open()
    return port
}

describe("SC16IS7xx", () => {
    test("returns a meter's reply and holds RTS high while sending", async () => {
        const bus = new I2cBus()
        const meter = new ParrotSlave(REQUEST, REPLY)
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [meter], ds.millis))
        const port = new Sc16is7xx({
            address: 0x4d,
            crystalHz: 14745600,
            channel: "A",
            baud: 9600,
            stopBits: 1,
        })
        await port.open()
        for (let round = 0; round < 3; round++) {
            const received = await port.exchange(REQUEST, 200, wholeReply)
            expect(received.toString("hex")).toBe(REPLY.toString("hex"))
        }
        expect(meter.heard).toBe(REQUEST.toString("hex") + REQUEST.toString("hex") + REQUEST.toString("hex"))
        expect(meter.driven).toBe(true)
        expect(port.errors.overruns + port.errors.framingErrors + port.errors.breaks).toBe(0)
    })

    test("configures the registers according to the data sheet", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x48, 1843200, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        const port = new Sc16is7xx({
            address: 0x48,
            crystalHz: 1843200,
            channel: "A",
            baud: 9600,
            stopBits: 2,
        })
        await port.open()
        const reset = bus.written.indexOf("48 7008")
        const setUp = bus.written.slice(reset + 1).join(", ")
        expect(setUp).toBe("48 1880, 48 000c, 48 0800, 48 1807, 48 7830, 48 1007, 48 385a")
    })

    test("uses channel B of an SC16IS752, with two stop bits", async () => {
        const bus = new I2cBus()
        const silent = new ParrotSlave(hex`00`, hex``)
        const meter = new ParrotSlave(REQUEST, REPLY, 2400, 2)
        bus.devices.push(new Sc16is7xxChip(0x48, 1843200, [silent, meter], ds.millis))
        const port = new Sc16is7xx({ address: 0x48, channel: "B", baud: 2400, stopBits: 2 })
        await port.open()
        const received = await port.exchange(REQUEST, 300, wholeReply)
        expect(received.toString("hex")).toBe(REPLY.toString("hex"))
        expect(silent.heard).toBe("")
    })

    test("returns nothing at a timeout, and drains the late reply", async () => {
        const port = await portToParrot()
        const late = await port.exchange(REQUEST, 20, never)
        expect(late.length).toBe(0)
        const drained = await port.drain(60, 1000)
        expect(drained).toBe(REPLY.length)
        const silence = await port.exchange(hex`02 04 00 00 00 0A 70 3E`, 100, never)
        expect(silence.length).toBe(0)
    })

    test("returns the bytes received when the timeout expires, and drains the rest", async () => {
        const port = await portToParrot()
        // the reply begins 35 ms after the request and takes 26 ms
        const part = await port.exchange(REQUEST, 50, never)
        const { length } = part
        expect(length > 0 && length < REPLY.length).toBe(true)
        expect(part.toString("hex")).toBe(REPLY.slice(0, length).toString("hex"))
        expect(await port.drain(20, 200)).toBe(REPLY.length - length)
    })

    test("sends and receives frames longer than the FIFOs", async () => {
        const request = Buffer.alloc(150)
        for (let i = 0; i < request.length; i++) request[i] = i + 1
        const reply = Buffer.alloc(256)
        for (let i = 0; i < reply.length; i++) reply[i] = 255 - i
        const bus = new I2cBus()
        const meter = new ParrotSlave(request, reply, 19200)
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [meter], ds.millis))
        const port = new Sc16is7xx({
            address: 0x4d,
            crystalHz: 14745600,
            channel: "A",
            baud: 19200,
            stopBits: 1,
        })
        await port.open()
        const received = await port.exchange(request, 400, bytes => bytes.length >= 256)
        expect(received.toString("hex")).toBe(reply.toString("hex"))
        expect(port.errors.overruns).toBe(0)
    })
})
