import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
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

/** Sends a request and waits for as many bytes as its answer has. */
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

testWithForeignTools.each([1, 2] as const)("talks to a slave of pymodbus, 9600 8N%i", async stopBits => {
    const { ours, theirs } = await portPair()
    await startPython("pymodbus_slave.py", theirs, String(stopBits))
    const line = await open(ours, { baudRate: 9600, stopBits })
    expect(await exchange(line, REQUEST, 25)).toBe(REPLY)
    expect(await exchange(line, bytes("01 03 00 01 00 02 95 CB"), 9)).toBe(hex(frame("01 03 04 59 D8 00 01")))
    expect(await exchange(line, frame("01 04 00 00 00 0B"), 5)).toBe("01 84 02 C2 C1")
    expect(line.name).toBe(ours)
})

testWithForeignTools("a port that another program has is named", async () => {
    const { ours } = await portPair()
    await open(ours)
    await expect(open(ours)).rejects.toThrow(PortBusy)
    await expect(open(ours)).rejects.toThrow(`${ours}: another program has it; end that program`)
})

testWithForeignTools("a port that goes away is reported once, and sending to it does no harm", async () => {
    const { ours, theirs, unplug } = await portPair()
    const line = await open(ours)
    const other = await open(theirs)
    const heard = new Promise(resolve => line.onData(resolve))
    other.send(REQUEST)
    await heard
    const reasons: Error[] = []
    const lost = new Promise<void>(resolve => {
        line.onLost(reason => {
            reasons.push(reason)
            resolve()
        })
    })
    unplug()
    await lost
    line.send(REQUEST)
    await line.close()
    expect(reasons).toHaveLength(1)
    expect(reasons[0]).toBeInstanceOf(PortLost)
})

test("a port that does not exist is named", async () => {
    await expect(open("/dev/ttyNone")).rejects.toThrow(NoSuchPort)
    await expect(open("/dev/ttyNone")).rejects.toThrow(
        "/dev/ttyNone: no such serial port; plug the adapter in",
    )
})

test("what is no serial port is named", async () => {
    await expect(open("/dev/null")).rejects.toThrow(NotASerialPort)
    await expect(open(tmpdir())).rejects.toThrow(NotASerialPort)
})

test("a port that this user may not open is named", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "ports-")), "secret")
    writeFileSync(path, "")
    chmodSync(path, 0)
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    chmodSync(join(path, ".."), 0o755)
    const program = `
        const { SerialPort } = require("serialport")
        new SerialPort({ path: process.argv[1], baudRate: 9600 }, error => console.log(error.message))`
    const child = spawn(process.execPath, ["-e", program, path], {
        ...nobody,
        stdio: ["ignore", "pipe", "inherit"],
    })
    const [message] = await once(child.stdout!, "data")
    expect(namedOpenError(path, new Error(String(message)))).toBeInstanceOf(PortNotPermitted)
})

test("what nobody has foreseen keeps the driver's words", () => {
    const error = namedOpenError("COM3", new Error("Opening COM3: Unknown error code 31"))
    expect(error.constructor).toBe(SerialPortError)
    expect(error.message).toContain("COM3: Opening COM3: Unknown error code 31; ")
})
