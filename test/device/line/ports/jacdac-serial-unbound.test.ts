import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { JacdacSerial } from "../../../../src/line/ports/jacdac-serial"
import type { PortError } from "../../../../src/line/ports/port"
import { SerialService } from "./serial-service"

const port = new JacdacSerial({ baud: 9600, stopBits: 1 })

async function failureOf(body: () => Promise<unknown>): Promise<PortError> {
    try {
        await body()
    } catch (e) {
        return e as PortError
    }
    return undefined
}

describe("Jacdac serial port without a service", () => {
    test("fails to open and suggests a remedy", async () => {
        const failure = await failureOf(async () => await port.open())
        expect(failure?.name).toBe("PortError")
        expect(failure.cause).toBe("no serial service found")
        expect(failure.cure.includes("npm start")).toBe(true)
    })

    test("does not send a failed request later", async () => {
        const failure = await failureOf(async () => await port.exchange(hex`01 42 80 11`, 100, () => true))
        expect(failure?.name).toBe("PortError")
        const service = new SerialService()
        await port.open()
        await ds.sleep(100)
        expect(service.sent.length).toBe(0)
    })
})
