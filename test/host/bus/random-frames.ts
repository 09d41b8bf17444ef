import { crc } from "jacdac-ts"
import { programIdOf } from "../../../sim/bus/services"
import { type Random, randomInteger } from "../../../sim/random"

const HEADER = 12
const MOST_DATA = 240
/** Registers and commands that the program's services have, and some that any service may have. */
const CODES = [0, 0x01, 0x03, 0x80, 0x81, 0x82, 0x83, 0x85, 0x109, 0x180, 0x181, 0x182, 0x183]
const GET = 0x1000
const SET = 0x2000

/**
 * A frame with a right CRC to a chip or to its program, and the rest at random: half of them with packets whose size is
 * wrong, half with a service and a code that may be there and a payload that does not fit.
 */
export function randomFrame(random: Random, chip: string): Uint8Array {
    const data = randomInteger(random, 0, MOST_DATA)
    const frame = Buffer.alloc(HEADER + data)
    for (let i = 0; i < frame.length; i++) frame[i] = randomInteger(random, 0, 255)
    frame[2] = data
    frame[3] = randomInteger(random, 0, 3)
    Buffer.from(random() < 0.75 ? programIdOf(chip) : chip, "hex").copy(frame, 4)
    if (frame.length >= HEADER + 4 && random() < 0.5) aim(frame, random)
    frame.writeUInt16LE(crc(frame.subarray(2)), 0)
    return frame
}

/** Makes it one packet of the service that it names, except now and then by a byte. */
function aim(frame: Buffer, random: Random): void {
    frame[3]! |= 1
    frame[HEADER] = frame.length - HEADER - 4 + (random() < 0.2 ? randomInteger(random, -3, 3) : 0)
    // The firmware's services are left alone: they do what they are told, such as to erase the program.
    const own = frame.toString("hex", 4, HEADER)
    frame[HEADER + 1] = randomInteger(random, 1, 8) + (own.startsWith("e301") ? 32 : 0)
    const code = CODES[randomInteger(random, 0, CODES.length - 1)]!
    // A command that is whole would be carried out.
    const kind = [GET, SET, 0x3000][randomInteger(random, 0, 2)]!
    frame.writeUInt16LE(code | kind, HEADER + 2)
}
