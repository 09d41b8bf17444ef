import { describe, expect, test } from "@devicescript/test"
import { JacdacSerial } from "../../../../src/line/ports/jacdac-serial"
import type { PortError } from "../../../../src/line/ports/port"
import { SerialService } from "./serial-service"

const service = new SerialService()
service.settable = false
const port = new JacdacSerial({ baud: 9600, stopBits: 1 })

describe("Jacdac serial port at a service with a fixed baud rate", () => {
    test("reports the fixed baud rate", async () => {
        let failure: PortError
        try {
            await port.open()
        } catch (e) {
            failure = e as PortError
        }
        expect(failure?.name).toBe("PortError")
        expect(failure.port).toBe("jacdac-serial")
        expect(failure.cause).toBe("the serial service stays at 115200 bit/s")
    })

    test("opens when the fixed baud rate matches", async () => {
        service.settings.baud = 9600
        await port.open()
    })
})
