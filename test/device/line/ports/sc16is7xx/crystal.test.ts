import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Sc16is7xxChip } from "../../../../../sim/i2c/sc16is7xx"
import { PortError } from "../../../../../src/line/ports/port"
import { Sc16is7xx } from "../../../../../src/line/ports/sc16is7xx"
import { I2cBus } from "./i2c-bus"
import { ParrotSlave } from "./line-end"

const REQUEST = hex`01 04 00 00 00 0A 70 0D`

async function failure(port: Sc16is7xx): Promise<string> {
    try {
        await port.open()
    } catch (e) {
        if (e instanceof PortError) return e.message
        throw e
    }
    return "none"
}

function portFor(crystalHz: number, meter: ParrotSlave): Sc16is7xx {
    const bus = new I2cBus()
    bus.devices.push(new Sc16is7xxChip(0x4d, crystalHz, [meter], ds.millis))
    return new Sc16is7xx({ address: 0x4d, channel: "A", baud: 9600, stopBits: 1 })
}

describe("SC16IS7xx crystal", () => {
    // Multiples of 1.8432 MHz make exactly 9600 bit/s, the others 9615.
    for (const crystalHz of [
        1843200, 3686400, 4000000, 7372800, 8000000, 12000000, 14745600, 16000000, 24000000,
    ]) {
        measured(crystalHz)
    }

    test("reports an unusual crystal with its measured frequency", async () => {
        const message = await failure(portFor(20000000, new ParrotSlave(REQUEST, hex``)))
        expect(message.startsWith("sc16is7xx: its crystal of about ")).toBe(true)
        const mhz = parseFloat(message.split(" ")[5])
        expect(mhz > 19 && mhz < 21).toBe(true)
        expect(message.endsWith("set crystalHz to the value on the crystal")).toBe(true)
    })

    test("reports a crystal that is too fast to measure", async () => {
        const message = await failure(portFor(48000000, new ParrotSlave(REQUEST, hex``)))
        expect(message.includes("is not a usual one")).toBe(true)
    })

    test("reports a crystal that does not oscillate", async () => {
        const message = await failure(portFor(0, new ParrotSlave(REQUEST, hex``)))
        expect(message).toBe("sc16is7xx: its crystal does not oscillate; check the module's crystal")
    })

    test("refuses a baud rate that the configured crystal cannot produce", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x4d, 1000000, [new ParrotSlave(REQUEST, hex``)], ds.millis))
        const port = new Sc16is7xx({
            address: 0x4d,
            crystalHz: 1000000,
            channel: "A",
            baud: 19200,
            stopBits: 1,
        })
        const message = await failure(port)
        expect(message.startsWith("sc16is7xx: 1000000 Hz gives 20833 bit/s, not 19200")).toBe(true)
    })
})

function measured(crystalHz: number) {
    test("detects " + crystalHz + " Hz and sends only the request", async () => {
        const meter = new ParrotSlave(REQUEST, hex`01 84 02 C2 C1`)
        const port = portFor(crystalHz, meter)
        await port.open()
        const received = await port.exchange(REQUEST, 200, bytes => bytes.length >= 5)
        expect(received.toString("hex")).toBe("018402c2c1")
        expect(meter.heard).toBe(REQUEST.toString("hex"))
    })
}
