import { BadImageError } from "./bad-image"
import type { ImageFunction } from "./image"
import { opcodeOf } from "./opcodes"

/** One instruction of a function. A jump refers to its target instruction, so that code can move. */
export interface Instruction {
    readonly code: number
    /** The number after the opcode; none for jumps. */
    operand?: number
    /** The target of a jump. */
    target?: Instruction
    /** Offset in the image that it was read from. */
    readonly from: number
    /** For inlined code, the offsets in that image of the calls that it replaces, innermost first. */
    readonly calls?: readonly number[]
}

/** Numbers from 0 to below this take one byte in the bytecode. Others take a prefix byte and one to four bytes of value. */
export const FIRST_LONG_NUMBER = 0xf8
const NEGATIVE = 4

/**
 * Decodes a function's code.
 * @throws BadImageError for bytes that are not an instruction, and for a jump to where no instruction begins
 */
export function decode({ code, start }: Pick<ImageFunction, "code" | "start">): Instruction[] {
    const instructions: Instruction[] = []
    const byOffset = new Map<number, Instruction>()
    const jumps: { jump: Instruction; to: number }[] = []
    const end = endOfCode(code, start)
    for (let at = 0; at < end; ) {
        const opcode = opcodeOf(code[at]!)
        if (!opcode) throw new BadImageError("opcode", start + at, `${code[at]}`)
        const instruction: Instruction = { code: opcode.code, from: start + at }
        instructions.push(instruction)
        byOffset.set(at, instruction)
        if (!opcode.operand) {
            at++
            continue
        }
        const { value, length } = readNumber(code, at + 1, start)
        if (opcode.operand === "jump") jumps.push({ jump: instruction, to: at + value })
        else instruction.operand = value
        at += 1 + length
        if (at > end) throw new BadImageError("end of code", instruction.from, "inside an instruction")
    }
    for (const { jump, to } of jumps) {
        jump.target = byOffset.get(to)
        if (!jump.target) throw new BadImageError("jump target", jump.from, `no instruction at ${start + to}`)
    }
    return instructions
}

/**
 * Finds the end of the code before its padding. Functions are padded with zeros to a multiple of four bytes; zero is not an
 * opcode, but can be the last byte of an operand.
 */
function endOfCode(code: Uint8Array, start: number): number {
    let at = 0
    while (at < code.length && code[at] !== 0) {
        const opcode = opcodeOf(code[at]!)
        if (!opcode) throw new BadImageError("opcode", start + at, `${code[at]}`)
        at += 1 + (opcode.operand ? readNumber(code, at + 1, start).length : 0)
    }
    const rest = code.subarray(at)
    if (at > code.length) throw new BadImageError("end of code", start + code.length, "inside an instruction")
    if (rest.length > 3 || rest.some(byte => byte !== 0)) throw new BadImageError("opcode", start + at, "0")
    return at
}

function readNumber(code: Uint8Array, at: number, start: number): { value: number; length: number } {
    const first = code[at]
    if (first === undefined) throw new BadImageError("end of code", start + at, "a number is missing")
    if (first < FIRST_LONG_NUMBER) return { value: first, length: 1 }
    const length = 1 + (first & 3) + 1
    if (at + length > code.length) throw new BadImageError("end of code", start + at, "inside a number")
    let value = 0
    for (const byte of code.subarray(at + 1, at + length)) value = (value << 8) | byte
    return { value: first & NEGATIVE ? -value | 0 : value, length }
}

/** Bytes that a number takes in the bytecode. */
export function numberSize(value: number): number {
    if (value >= 0 && value < FIRST_LONG_NUMBER) return 1
    return 1 + valueBytes(value)
}

function valueBytes(value: number): number {
    const magnitude = Math.abs(value) >>> 0
    return magnitude < 0x100 ? 1 : magnitude < 0x10000 ? 2 : magnitude < 0x1000000 ? 3 : 4
}

/** Appends a number in its shortest form. */
export function writeNumber(value: number, to: number[]): void {
    if (value >= 0 && value < FIRST_LONG_NUMBER) {
        to.push(value)
        return
    }
    const bytes = valueBytes(value)
    const magnitude = Math.abs(value) >>> 0
    to.push(FIRST_LONG_NUMBER | (value < 0 ? NEGATIVE : 0) | (bytes - 1))
    for (let i = bytes - 1; i >= 0; i--) to.push((magnitude >>> (8 * i)) & 0xff)
}

/** A function's encoded code, and the offsets of its instructions. */
export interface Encoded {
    readonly code: Uint8Array
    /** Offset of each instruction in order, and finally that of the end before the padding. */
    readonly offsets: readonly number[]
}

/** Encodes a function's code, each jump as short as its distance allows. */
export function encode(instructions: readonly Instruction[]): Encoded {
    const indexes = new Map(instructions.map((instruction, i) => [instruction, i]))
    const distance = (i: number) => offsets[indexes.get(instructions[i]!.target!)!]! - offsets[i]!
    const sizes = instructions.map(({ operand, target }) => {
        if (target) return 2
        return operand === undefined ? 1 : 1 + numberSize(operand)
    })
    let offsets = offsetsOf(sizes)
    for (let grown = true; grown; offsets = offsetsOf(sizes)) {
        grown = false
        for (let i = 0; i < sizes.length; i++) {
            const needed = instructions[i]!.target ? 1 + numberSize(distance(i)) : 0
            if (needed <= sizes[i]!) continue
            sizes[i] = needed
            grown = true
        }
    }
    const bytes: number[] = []
    instructions.forEach(({ code, operand, target }, i) => {
        bytes.push(code)
        if (target) writeJump(distance(i), sizes[i]! - 1, bytes)
        else if (operand !== undefined) writeNumber(operand, bytes)
    })
    while (bytes.length % 4 !== 0) bytes.push(0)
    return { code: Uint8Array.from(bytes), offsets }
}

/** Running sums of the sizes from 0; one more than there are sizes. */
function offsetsOf(sizes: readonly number[]): number[] {
    const offsets = [0]
    for (const size of sizes) offsets.push(offsets.at(-1)! + size)
    return offsets
}

/** Writes a jump with the given length, even if its final distance would fit into fewer bytes. */
function writeJump(distance: number, length: number, to: number[]): void {
    if (numberSize(distance) === length) {
        writeNumber(distance, to)
        return
    }
    const bytes = length - 1
    to.push(FIRST_LONG_NUMBER | (distance < 0 ? NEGATIVE : 0) | (bytes - 1))
    for (let i = bytes - 1; i >= 0; i--) to.push((Math.abs(distance) >>> (8 * i)) & 0xff)
}
