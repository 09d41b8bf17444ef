import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
    decode,
    encode,
    type Instruction,
    numberSize,
    writeNumber,
} from "../../../../tools/compile/release/instructions"
import { codeOf } from "../../../../tools/compile/release/opcodes"

/** Numbers with their encodings, taken from programs that DeviceScript's own compiler made. */
const KNOWN: [number, number[]][] = [
    [0, [0]],
    [247, [247]],
    [248, [0xf8, 248]],
    [255, [0xf8, 255]],
    [256, [0xf9, 1, 0]],
    [65_535, [0xf9, 0xff, 0xff]],
    [65_536, [0xfa, 1, 0, 0]],
    [0x7fffffff, [0xfb, 0x7f, 0xff, 0xff, 0xff]],
    [-1, [0xfc, 1]],
    [-300, [0xfd, 1, 44]],
]

const LITERAL = codeOf("literal")
const RETURN = codeOf("return")

describe("numbers in the bytecode", () => {
    test.each(KNOWN)("%i", (value, bytes) => {
        const written: number[] = []
        writeNumber(value, written)
        expect(written).toEqual(bytes)
        expect(numberSize(value)).toBe(bytes.length)
    })

    test("any 32-bit integer survives encoding and decoding", () => {
        fc.assert(
            fc.property(fc.integer(), value => {
                const code = encode([
                    { code: LITERAL, operand: value, from: 0 },
                    { code: RETURN, from: 0 },
                ]).code
                expect(decode({ code, start: 0 })[0]!.operand).toBe(value)
            }),
        )
    })
})

describe("jumps", () => {
    test("keep their targets through encoding and decoding", () => {
        const program = fc
            .array(fc.record({ ballast: fc.integer({ min: 0, max: 120 }), to: fc.nat() }), { minLength: 1 })
            .map(tangle)
        fc.assert(
            fc.property(program, instructions => {
                const back = decode({ code: encode(instructions).code, start: 0 })
                expect(back.map(({ code }) => code)).toEqual(instructions.map(({ code }) => code))
                const targets = (list: readonly Instruction[]) => list.map(it => list.indexOf(it.target!))
                expect(targets(back)).toEqual(targets(instructions))
            }),
        )
    })

    test("take two bytes for short forward distances, otherwise three", () => {
        const forward = (ballast: number) => encode(forwardJump(ballast)).offsets[1]
        expect(forward(245)).toBe(2)
        expect(forward(246)).toBe(3)
        const target: Instruction = { code: RETURN, from: 0 }
        expect(encode([target, { code: codeOf("jmp"), target, from: 0 }]).offsets).toEqual([0, 1, 4])
    })
})

const NOTHING = codeOf("debugger")

function forwardJump(ballast: number): Instruction[] {
    const target: Instruction = { code: RETURN, from: 0 }
    const between = Array.from({ length: ballast }, () => ({ code: NOTHING, from: 0 }))
    return [{ code: codeOf("jmp"), target, from: 0 }, ...between, target]
}

function tangle(parts: { ballast: number; to: number }[]): Instruction[] {
    const jumps = parts.map((): Instruction => ({ code: codeOf("jmp"), from: 0 }))
    const all = parts.flatMap(({ ballast }, i) => [
        jumps[i]!,
        ...Array.from({ length: ballast }, (): Instruction => ({ code: NOTHING, from: 0 })),
    ])
    parts.forEach(({ to }, i) => {
        jumps[i]!.target = all[to % all.length]!
    })
    return all
}
