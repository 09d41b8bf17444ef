import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { JacdacSerial } from "../../../../src/line/ports/jacdac-serial"
import type { PortError } from "../../../../src/line/ports/port"
import { SerialService } from "./serial-service"

class MuteService extends SerialService {
    mute = true

    override async baudRate() {
        while (this.mute) await ds.sleep(10)
        return this.settings.baud
    }
}

const service = new MuteService()
const port = new JacdacSerial({ baud: 9600, stopBits: 1 })

describe("Jacdac serial port at a service that does not answer", () => {
    test("fails to open, and opens later once the service answers", async () => {
        let failure: PortError
        try {
            await port.open()
        } catch (e) {
            failure = e as PortError
        }
        expect(failure?.name).toBe("PortError")
        expect(failure.cause).toBe("the serial service does not answer")
        service.mute = false
        await port.open()
        service.answers = [hex`01`]
        const received = await port.exchange(hex`01`, 500, bytes => bytes.length > 0)
        expect(received.toString("hex")).toBe("01")
    })
})
