import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { JacdacSerial } from "../../../../src/line/ports/jacdac-serial"
import { SerialService } from "./serial-service"

const service = new SerialService()
const port = new JacdacSerial({ baud: 9600, stopBits: 2 })
const REQUEST = hex`01 04 00 00 00 0A 70 0D`

function hasBytes(count: number) {
    return (received: Buffer) => received.length >= count
}

async function exchangeForHex(count: number, timeoutMs = 500): Promise<string> {
    return (await port.exchange(REQUEST, timeoutMs, hasBytes(count))).toString("hex")
}

describe("Jacdac serial port", () => {
    test("sets the service to 8 data bits, no parity and its own settings", async () => {
        await port.open()
        const { baud, stopBits, dataBits, parity, enabled } = service.settings
        expect(baud).toBe(9600)
        expect(stopBits).toBe(2)
        expect(dataBits).toBe(8)
        expect(parity).toBe(ds.SerialParityType.None)
        expect(enabled).toBe(true)
    })

    test("sends the request and returns the answer", async () => {
        service.answers = [hex`01 84 02 C2 C1`]
        expect(await exchangeForHex(5)).toBe("018402c2c1")
        expect(service.sent.pop().toString("hex")).toBe("01040000000a700d")
    })

    test("passes on what the platform throws", async () => {
        const { role } = port as unknown as { role: ds.Serial }
        const { send } = role
        role.send = async () => {
            throw new RangeError("packet too long")
        }
        let failure = "none"
        try {
            await exchangeForHex(5)
        } catch (e) {
            failure = (e as Error).message
        }
        role.send = send
        expect(failure).toBe("packet too long")
        expect(await exchangeForHex(5)).toBe("018402c2c1")
    })

    test("keeps every packet of a burst", async () => {
        service.answers = [hex`01`, hex`02 03`, hex`04`, hex`05`, hex`06`, hex`07`]
        expect(await exchangeForHex(7, 2000)).toBe("01020304050607")
    })

    test("returns the bytes received when the timeout expires", async () => {
        service.answers = [hex`AA BB`]
        expect(await exchangeForHex(3)).toBe("aabb")
        service.answers = []
        expect(await exchangeForHex(3)).toBe("")
    })

    test("discards bytes received before the request", async () => {
        await service.report(hex`DE AD`)
        await ds.sleep(100)
        service.answers = [hex`01`]
        expect(await exchangeForHex(1)).toBe("01")
    })

    test("splits a long request into Jacdac packets", async () => {
        const request = Buffer.alloc(500)
        for (let i = 0; i < request.length; i++) request[i] = i
        while (service.sent.length > 0) service.sent.pop()
        service.answers = []
        await port.exchange(request, 300, hasBytes(1))
        expect(service.sent.map(packet => packet.length).join(" ")).toBe("236 236 28")
        const together = Buffer.concat(service.sent[0], service.sent[1], service.sent[2])
        expect(together.toString("hex") === request.toString("hex")).toBe(true)
    })

    test("keeps the first 512 bytes of an endless answer", async () => {
        const packet = Buffer.alloc(200)
        packet.fillAt(0, 200, 0x55)
        service.answers = [packet, packet, packet]
        const received = await port.exchange(REQUEST, 1000, hasBytes(513))
        expect(received.length).toBe(512)
    })

    test("drains until the line is silent", async () => {
        service.answers = []
        const chatter = async () => {
            for (let i = 0; i < 4; i++) {
                await service.report(hex`11 22 33`)
                await ds.sleep(30)
            }
        }
        chatter.start()
        expect(await port.drain(300, 5000)).toBe(12)
        expect(await port.drain(50, 5000)).toBe(0)
    })

    test("stops draining at the limit if the line never falls silent", async () => {
        let babbling = true
        const babble = async () => {
            while (babbling) await service.report(hex`11`)
        }
        babble.start()
        const start = ds.millis()
        const drained = await port.drain(500, 1000)
        const tookMs = ds.millis() - start
        babbling = false
        expect(tookMs >= 1000 && tookMs < 1050).toBe(true)
        expect(drained > 0).toBe(true)
    })
})
