import { tmpdir } from "node:os"
import { afterEach, expect, test } from "vitest"
import { openSerialAdapter } from "../../../sim/line/serial-adapter"
import type { SerialLine } from "../../../sim/line/serial-line"
import {
    NoSuchPort,
    NotASerialPort,
    namedOpenError,
    PortBusy,
    PortLost,
    PortNotPermitted,
    SerialPortError,
} from "../../../sim/line/serial-port-errors"
import { bytes, frame, hex } from "../meter/asking"
import { endForeignTools, portPair, startPython, testWithForeignTools } from "./foreign-tools"
import { REPLY, REQUEST } from "./listening"

const lines: SerialLine[] = []

afterEach(async () => {
    for (const line of lines.splice(0)) await line.close()
    endForeignTools()
})

async function open(...args: Parameters<typeof openSerialAdapter>): Promise<SerialLine> {
    const line = await openSerialAdapter(...args)
    lines.push(line)
    return line
}

/** Sends a request, and waits for `length` bytes of its answer. */
function exchange(line: SerialLine, request: Uint8Array, length: number): Promise<string> {
    return new Promise(resolve => {
        const received: number[] = []
        const unsubscribe = line.onData(data => {
            received.push(...data)
            if (received.length < length) return
            unsubscribe()
            resolve(hex(Uint8Array.from(received)))
        })
        line.send(request)
    })
}

testWithForeignTools.each([1, 2] as const)("talks to a pymodbus slave at 9600 8N%i", async stopBits => {
    const { ours, theirs } = await portPair()
    await startPython("pymodbus_slave.py", theirs, String(stopBits))
    const line = await open(ours, { baudRate: 9600, stopBits })
    expect(await exchange(line, REQUEST, 25)).toBe(REPLY)
    expect(await exchange(line, bytes("01 03 00 01 00 02 95 CB"), 9)).toBe(hex(frame("01 03 04 59 D8 00 01")))
    expect(await exchange(line, frame("01 04 00 00 00 0B"), 5)).toBe("01 84 02 C2 C1")
    expect(line.name).toBe(ours)
})

testWithForeignTools("reports a port that another program is using", async () => {
    const { ours } = await portPair()
    await open(ours)
    await expect(open(ours)).rejects.toThrow(PortBusy)
    await expect(open(ours)).rejects.toThrow(`${ours}: another program is using it; end that program`)
})

testWithForeignTools("reports a lost port once", async () => {
    const { ours, unplug } = await portPair()
    const line = await open(ours)
    const reasons: Error[] = []
    line.onLost(reason => reasons.push(reason))
    unplug()
    const sendAndCount = () => {
        line.send(REQUEST)
        return reasons.length
    }
    await expect.poll(sendAndCount, { timeout: 30_000 }).toBe(1)
    expect(sendAndCount()).toBe(1)
    await line.close()
    expect(reasons).toEqual([expect.any(PortLost)])
})

test("reports a port that does not exist", async () => {
    await expect(open("/dev/ttyNone")).rejects.toThrow(NoSuchPort)
    await expect(open("/dev/ttyNone")).rejects.toThrow(
        "/dev/ttyNone: no such serial port; plug the adapter in",
    )
})

test("refuses a path that is not a serial port", async () => {
    await expect(open("/dev/null")).rejects.toThrow(NotASerialPort)
    await expect(open(tmpdir())).rejects.toThrow(NotASerialPort)
})

test.each([
    ["Error: Permission denied, cannot open /dev/ttyUSB0", PortNotPermitted],
    ["Error: Device or resource busy, cannot open /dev/ttyUSB0", PortBusy],
    ["Opening COM9: File not found", NoSuchPort],
    ["Opening COM3: Access denied", PortBusy],
    ["Opening COM3: Unknown error code 31", SerialPortError],
])("classifies the error of serialport 13: %s", (message, kind) => {
    expect(namedOpenError("port", new Error(message)).constructor).toBe(kind)
})

test("keeps the driver's message for an unknown error", () => {
    const error = namedOpenError("COM3", new Error("Opening COM3: Unknown error code 31"))
    expect(error.message).toContain("COM3: Opening COM3: Unknown error code 31; ")
})
