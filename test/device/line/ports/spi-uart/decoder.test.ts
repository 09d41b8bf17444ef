import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { BitTiming } from "../../../../../src/line/ports/spi-uart/bit-timing"
import { decode } from "../../../../../src/line/ports/spi-uart/decoder"
import { Reception } from "../../../../../src/line/ports/spi-uart/reception"
import { clean, fast, frame, glitch, lateEdges, slow } from "./waveforms"

const timing = new BitTiming({ baud: 9600, stopBits: 1 })

function decoded(samples: Buffer, reception = new Reception()): Reception {
    decode(Buffer.concat(samples), 0, samples.length, timing, reception)
    return reception
}

function expectFrame(samples: Buffer) {
    const reception = new Reception()
    const characters = decode(Buffer.concat(samples), 0, samples.length, timing, reception)
    expect(characters.toString("hex")).toBe(frame.toString("hex"))
    expect(reception.length).toBe(frame.length)
    expect(reception.framingErrors).toBe(0)
}

function filled(byte: number): Buffer {
    const samples = Buffer.alloc(2140)
    samples.fillAt(0, samples.length, byte)
    return samples
}

describe("spi-uart decoder", () => {
    test("reads a recorded frame", () => expectFrame(clean))

    test("reads a frame from a sender 4 % too fast or too slow", () => {
        expectFrame(fast)
        expectFrame(slow)
    })

    test("reads a frame whose falling edges are a tenth of a bit late", () => expectFrame(lateEdges))

    test("does not mistake a short pulse for a start bit", () => {
        expectFrame(glitch)
        expect(decoded(glitch).falseStarts).toBe(1)
    })

    test("accumulates counts until they are cleared", () => {
        const reception = new Reception()
        decoded(clean, reception)
        decoded(clean, reception)
        expect(reception.length).toBe(2 * frame.length)
        reception.clear()
        expect(reception.length).toBe(0)
    })

    test("decodes only the given range", () => {
        const reception = new Reception()
        const samples = Buffer.concat(clean)
        decode(samples, 0, 40, timing, reception)
        expect(reception.length > 0 && reception.length < 5).toBe(true)
        reception.clear()
        decode(Buffer.concat(clean), 0, 3, timing, reception)
        expect(reception.length).toBe(0)
        expect(decode(Buffer.concat(clean), 3, 4, timing, reception).toString("hex")).toBe("01")
    })

    test("finds nothing in silence", () => {
        const reception = decoded(filled(0xff))
        expect(reception.length + reception.errors()).toBe(0)
    })

    test("counts one framing error on a line that stays low", () => {
        const reception = decoded(filled(0))
        expect(reception.length).toBe(0)
        expect(reception.framingErrors).toBe(1)
    })

    test("terminates on arbitrary repeated bytes", async () => {
        for (let byte = 1; byte < 255; byte += 2) {
            await ds.sleep(0)
            const reception = decoded(filled(byte))
            expect(reception.length <= 256).toBe(true)
        }
    })
})
