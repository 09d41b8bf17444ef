import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Sc16is7xxChip } from "../../../../../sim/i2c/sc16is7xx"
import { countsText, LineCounts } from "../../../../../src/line/counts"
import { PortError } from "../../../../../src/line/ports/port"
import { Sc16is7xx } from "../../../../../src/line/ports/sc16is7xx"
import { I2cBus, type I2cDevice } from "./i2c-bus"
import { ParrotSlave } from "./line-end"

const REQUEST = hex`01 04 00 00 00 0A 70 0D`
const REPLY = hex`01 04 14 08 91 08 07 00 00 11 29 00 00 1C A1 00 02 01 F6 00 61 00 00 68 25`

/** A different kind of device: acknowledges writes, stores nothing, and always reads the same. */
class Thermometer implements I2cDevice {
    writes = 0
    constructor(readonly address: number) {}
    write(bytes: Buffer): boolean {
        if (bytes.length > 1) this.writes++
        return true
    }
    read(bytes: Buffer): void {
        bytes[0] = 0x19
    }
}

/** A chip on bad wires: all bits of what is read arrive as 1. */
class ShakyChip implements I2cDevice {
    readonly address = 0x4d
    isShaky = false
    constructor(private readonly chip: I2cDevice) {}
    write(bytes: Buffer): boolean {
        return this.chip.write(bytes)
    }
    read(bytes: Buffer): void {
        this.chip.read(bytes)
        if (this.isShaky) bytes.fillAt(0, bytes.length, 0xff)
    }
}

function makePort(): Sc16is7xx {
    return new Sc16is7xx({ address: 0x4d, crystalHz: 14745600, channel: "A", baud: 9600, stopBits: 1 })
}

const wholeReply = (received: Buffer) => received.length >= REPLY.length

async function failure(body: () => Promise<void>): Promise<PortError> {
    try {
        await body()
    } catch (e) {
        if (e instanceof PortError) return e
        throw e
    }
    throw new Error("nothing was thrown")
}

describe("SC16IS7xx failures", () => {
    test("reports the addresses tried on an empty bus", async () => {
        const bus = new I2cBus()
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.cause).toBe("no chip at 0x4d, nor anywhere from 0x48 to 0x57")
        expect(e.cure.startsWith("check SDA, SCL, GND")).toBe(true)
        const tried = bus.written.filter(w => w.endsWith(" 28")).length
        expect(tried).toBe(17)
    })

    test("lists the devices found at other addresses without writing to them", async () => {
        const bus = new I2cBus()
        const thermometer = new Thermometer(0x49)
        bus.devices.push(thermometer)
        bus.devices.push(new Sc16is7xxChip(0x4c, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.cause).toBe("no chip at 0x4d, but a device at 0x49 and 0x4c")
        expect(thermometer.writes).toBe(0)
    })

    test("reports a device of another kind", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Thermometer(0x4d))
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.cause).toBe("the device at 0x4d is not an SC16IS7xx")
    })

    test("reports a stuck bus without trying sixteen addresses", async () => {
        const bus = new I2cBus()
        bus.stuck = true
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.cause).toBe("the I2C bus is stuck")
        expect(bus.written.length).toBe(1)
    })

    test("reports a failed read during an exchange, and works again after reopening", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        const port = makePort()
        await port.open()
        bus.brokenReads = 1
        const exchange = async () => {
            await port.exchange(REQUEST, 200, wholeReply)
        }
        const e = await failure(exchange)
        expect(e.cause).toBe("0x4d stops answering while it is read (I2C error -2)")
        await port.open()
        const received = await port.exchange(REQUEST, 200, wholeReply)
        expect(received.length).toBe(REPLY.length)
    })

    test("reports a failed write during an exchange, and works again after reopening", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        const port = makePort()
        await port.open()
        bus.brokenWrites = 1
        const e = await failure(async () => {
            await port.exchange(REQUEST, 200, wholeReply)
        })
        expect(e.cause).toBe("0x4d does not acknowledge (I2C error -1)")
        await port.open()
        const received = await port.exchange(REQUEST, 200, wholeReply)
        expect(received.length).toBe(REPLY.length)
    })

    test("reports settings lost in a supply dip, and works again after reopening", async () => {
        const bus = new I2cBus()
        const chip = new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis)
        bus.devices.push(chip)
        const port = makePort()
        await port.open()
        chip.powerDip()
        const exchange = async () => {
            await port.exchange(REQUEST, 200, wholeReply)
        }
        const e = await failure(exchange)
        expect(e.cause).toBe("the chip has lost its settings")
        await port.open()
        const received = await port.exchange(REQUEST, 200, wholeReply)
        expect(received.length).toBe(REPLY.length)
    })

    test("reports a failed write during setup", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        bus.brokenWrites = 1
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.cause).toBe("0x4d does not acknowledge (I2C error -1)")
        await port.open()
        const received = await port.exchange(REQUEST, 200, wholeReply)
        expect(received.length).toBe(REPLY.length)
    })

    test("reports more characters than the chip can hold", async () => {
        const bus = new I2cBus()
        const chip = new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis)
        const shaky = new ShakyChip(chip)
        bus.devices.push(shaky)
        const port = makePort()
        await port.open()
        shaky.isShaky = true
        const e = await failure(async () => {
            await port.drain(50, 1000)
        })
        expect(e.cause).toBe("the chip reports 255 characters, but has room for 64")
        shaky.isShaky = false
        const received = await port.exchange(REQUEST, 200, wholeReply)
        expect(received.length).toBe(REPLY.length)
    })

    test("opens from any state left by an interrupted program", async () => {
        const bus = new I2cBus()
        const chip = new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis)
        bus.devices.push(chip)
        for (const lcr of [0xbf, 0x80, 0x00]) {
            chip.write(Buffer.from([0x18, lcr]))
            const port = makePort()
            await port.open()
            const received = await port.exchange(REQUEST, 200, wholeReply)
            expect(received.length).toBe(REPLY.length)
        }
    })

    test("reports that it does not send with a dead crystal", async () => {
        const bus = new I2cBus()
        bus.devices.push(new Sc16is7xxChip(0x4d, 0, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
        const port = makePort()
        await port.open()
        const long = Buffer.alloc(200)
        const brief = async () => {
            await port.exchange(REQUEST, 100, wholeReply)
        }
        const e = await failure(brief)
        expect(e.cause).toBe("the chip does not send")
        const lengthy = async () => {
            await port.exchange(long, 100, wholeReply)
        }
        const e2 = await failure(lengthy)
        expect(e2.cause).toBe("the chip does not send")
    })

    test("counts framing errors and breaks, and keeps the characters around them", async () => {
        const bus = new I2cBus()
        const meter = new ParrotSlave(hex`FF`, hex``)
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [meter], ds.millis))
        const port = makePort()
        await port.open()
        const at = ds.millis()
        meter.spoil({ at: at + 20, value: 0x11 })
        meter.spoil({ at: at + 21, value: 0x22, framingError: true })
        meter.spoil({ at: at + 22, value: 0x00, lineBreak: true, framingError: true })
        meter.spoil({ at: at + 23, value: 0x33 })
        const received = await port.exchange(REQUEST, 100, () => false)
        expect(received.toString("hex")).toBe("11220033")
        expect(port.errors.framingErrors).toBe(1)
        expect(port.errors.breaks).toBe(1)
        const counted = "requests 0, retries 0, bytes drained 0, overruns 0, framingErrors 1, breaks 1"
        expect(countsText(new LineCounts(), port)).toBe(counted)
    })

    test("counts an overrun when it is read too late", async () => {
        const bus = new I2cBus()
        const meter = new ParrotSlave(hex`FF`, hex``)
        bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [meter], ds.millis))
        const port = makePort()
        await port.open()
        meter.say(Buffer.alloc(100), ds.millis())
        await ds.sleep(200)
        const drained = await port.drain(50, 1000)
        expect(drained).toBe(64)
        expect(port.errors.overruns).toBe(1)
    })
})

describe("a firmware without I2C", () => {
    test("is reported", async () => {
        const firmware = ds as typeof ds & { _i2cTransaction: () => Promise<number> }
        firmware._i2cTransaction = async () => {
            throw new TypeError("I2C not supported (yet)")
        }
        const port = makePort()
        const e = await failure(async () => await port.open())
        expect(e.message).toBe("sc16is7xx: I2C not supported (yet); this port needs a board with I2C")
    })
})
