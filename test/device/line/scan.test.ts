import { describe, expect, test } from "@devicescript/test"
import { GENERAL_ADDRESS } from "../../../src/line/modbus/frame"
import { ModbusClient } from "../../../src/line/modbus-client"
import { PortError } from "../../../src/line/ports/port"
import { scan } from "../../../src/line/scan"
import {
    probe1,
    probe2,
    probe3,
    probe4,
    probe5,
    probeExceptionOf3,
    probeReplyOf1,
    probeReplyOf5,
} from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }

async function scanOf(port: ScriptedPort, first: number, last: number): Promise<string> {
    const heard: string[] = []
    try {
        await scan(new ModbusClient(port, LINE), first, last, (address, presence) => {
            heard.push(address + " " + presence)
        })
    } catch (e) {
        heard.push((e as Error).name)
    }
    return heard.join(", ")
}

describe("scan", () => {
    test("probes each address once and reports what it finds", async () => {
        const port = new ScriptedPort()
            .expect(probe1, probeReplyOf1)
            .expect(probe2, hex``)
            .expect(probe3, probeExceptionOf3)
            .expect(probe4, hex`05 04 84 08`)
            .expect(probe5, probe5.concat(probeReplyOf5))
        const heard = await scanOf(port, 1, 5)
        expect(heard).toBe("1 present, 2 absent, 3 present, 4 garbled, 5 present")
        // 1 s plus 9 characters of 10 bits
        expect(port.timeouts.join(" ")).toBe("1010 1010 1010 1010 1010")
        port.finish()
    })

    test("does not mistake an echo or a late reply for a meter", async () => {
        const port = new ScriptedPort().expect(probe1, probe1).expect(probe2, probeReplyOf1)
        expect(await scanOf(port, 1, 2)).toBe("1 absent, 2 absent")
    })

    test("refuses the general address and address 0", async () => {
        const port = new ScriptedPort()
        expect(await scanOf(port, 200, GENERAL_ADDRESS)).toBe("RangeError")
        expect(await scanOf(port, 0, 3)).toBe("RangeError")
        expect(port.opens).toBe(0)
    })

    test("stops when the port fails", async () => {
        const broken = new PortError("script", "unplugged", "plug it in")
        const port = new ScriptedPort().expect(probe1, probeReplyOf1).expect(probe2, broken)
        expect(await scanOf(port, 1, 5)).toBe("1 present, PortError")
    })
})
