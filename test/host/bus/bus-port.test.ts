import { once } from "node:events"
import { METHODS } from "node:http"
import { createConnection, type Socket } from "node:net"
import fc from "fast-check"
import { crc } from "jacdac-ts"
import { afterEach, describe, expect, test } from "vitest"
import { BusPort } from "../../../sim/bus/bus-port"
import { framed, NotJacdac, StrictFrameReader } from "../../../sim/bus/framing"
import { VirtualClock } from "../../../sim/clock"

/** A frame with this data, to an arbitrary device. */
function frameOf(data: Uint8Array, flags = 1): Uint8Array {
    const frame = Buffer.concat([Buffer.from([0, 0, data.length, flags, 1, 2, 3, 4, 5, 6, 7, 8]), data])
    frame.writeUInt16LE(crc(frame.subarray(2)), 0)
    return frame
}

const frames = fc
    .tuple(fc.uint8Array({ minLength: 4, maxLength: 240 }), fc.integer({ min: 0, max: 7 }))
    .map(([data, flags]) => frameOf(data, flags))

/** The frames that a reader finds in bytes that arrive one by one, and the byte at which it gave up. */
function read(bytes: Uint8Array): { frames: Uint8Array[]; endedAt: number | undefined } {
    const found: Uint8Array[] = []
    const reader = new StrictFrameReader(frame => found.push(frame))
    for (const byte of bytes) {
        try {
            reader.read(Uint8Array.of(byte))
        } catch (error) {
            if (!(error instanceof NotJacdac)) throw error
            return { frames: found, endedAt: error.at }
        }
    }
    return { frames: found, endedAt: undefined }
}

/** Command `Set` of the settings service: what an attacker would send. */
const FRAME = frameOf(
    Buffer.concat([Buffer.from([25, 4, 0x81, 0]), Buffer.from('EMON_URL\0"http://x.example"')]),
)

describe("the reader of the bus port", () => {
    test("passes on every valid frame, however the bytes are split", () => {
        fc.assert(
            fc.property(fc.array(frames, { maxLength: 6 }), fc.integer({ min: 1, max: 300 }), (sent, cut) => {
                const bytes = Buffer.concat(sent.map(framed))
                const found: Uint8Array[] = []
                const reader = new StrictFrameReader(frame => found.push(frame))
                for (let at = 0; at < bytes.length; at += cut) reader.read(bytes.subarray(at, at + cut))
                expect(found.map(f => Buffer.from(f).toString("hex"))).toEqual(
                    sent.map(f => Buffer.from(f).toString("hex")),
                )
            }),
        )
    })

    test("stops at a corrupted frame and passes on those before it", () => {
        fc.assert(
            fc.property(fc.array(frames, { maxLength: 3 }), frames, fc.nat(), (before, frame, bit) => {
                const broken = framed(frame)
                const at = (bit >> 3) % broken.length
                broken[at]! ^= 1 << (bit & 7)
                const head = Buffer.concat(before.map(framed))
                // Whichever byte was changed, the reader does not get past this frame.
                const { frames: found, endedAt } = read(Buffer.concat([head, broken, framed(FRAME)]))
                expect(found.length).toBe(before.length)
                expect(endedAt).toBeGreaterThanOrEqual(head.length)
                if (at === 3) expect(endedAt).toBe(head.length + 3)
            }),
            { numRuns: 500 },
        )
    })

    test.each([...METHODS, "PRI", "A", "Z".repeat(70), "-!CRC$frame"])(
        "passes on nothing from an HTTP request with method %s",
        method => {
            const head = `${method} / HTTP/1.1\r\nHost: 127.0.0.1:8092\r\nContent-Type: text/plain\r\n\r\n`
            for (const pad of [0, 1, 63, 200]) {
                const body = Buffer.concat([Buffer.alloc(pad), ...Array(300).fill(framed(FRAME))])
                const { frames: found, endedAt } = read(Buffer.concat([Buffer.from(head), body]))
                expect(found).toEqual([])
                expect(endedAt).toBeLessThan(5)
            }
        },
    )

    test("passes on nothing after an HTTP request line with any method and path", () => {
        const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/)
        const path = fc.stringMatching(/^\/[!-~]{0,150}$/)
        fc.assert(
            fc.property(token, path, (method, target) => {
                const request = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
                expect(read(Buffer.concat([request, framed(FRAME)])).frames).toEqual([])
            }),
            { numRuns: 2000 },
        )
    })

    test("passes on nothing after a TLS or STUN header", () => {
        for (const begin of [
            "16030100f8010000f40303",
            "16030106c1010006bd0303",
            "000100002112a442",
            "0003001c2112a442",
        ]) {
            const bytes = Buffer.concat([Buffer.from(begin, "hex"), Buffer.alloc(300, 1), framed(FRAME)])
            expect(read(bytes).frames).toEqual([])
        }
    })
})

describe("the bus port", () => {
    const sent: Uint8Array[] = []
    let port: BusPort
    let socket: Socket
    let clock: VirtualClock

    afterEach(async () => {
        socket.destroy()
        await port.close()
        clock.stop()
    })

    async function connect(): Promise<void> {
        sent.length = 0
        clock = new VirtualClock(1, 0)
        const bus = { join: () => ({ send: (frame: Uint8Array) => sent.push(frame), leave() {} }) }
        port = await BusPort.open(bus, clock, 0)
        socket = createConnection(port.port, "127.0.0.1")
        await once(socket, "connect")
    }

    test("accepts frames and closes the connection at the first invalid one", async () => {
        await connect()
        const closed = once(socket, "close")
        socket.on("error", () => {})
        socket.resume()
        socket.write(
            Buffer.concat([framed(FRAME), framed(FRAME), Buffer.from("GET / HTTP/1.1\r\n"), framed(FRAME)]),
        )
        await closed
        expect(sent.length).toBe(2)
    })

    test("neither answers an HTTP request nor accepts a frame in it", async () => {
        await connect()
        let answer = 0
        socket.on("data", data => {
            answer += data.length
        })
        const closed = once(socket, "close")
        socket.on("error", () => {})
        socket.write(Buffer.concat([Buffer.from("POST / HTTP/1.1\r\n\r\n"), framed(FRAME)]))
        await closed
        expect({ sent, answer }).toEqual({ sent: [], answer: 0 })
    })
})
