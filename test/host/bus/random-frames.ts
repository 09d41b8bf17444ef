import { crc } from "jacdac-ts"
import { programIdOf } from "../../../sim/bus/services"
import { type Random, randomInteger } from "../../../sim/random"

const HEADER = 12
const MOST_DATA = 240
/** Registers and commands of the program's services, and some that any service can have. */
const CODES = [0, 0x01, 0x03, 0x80, 0x81, 0x82, 0x83, 0x85, 0x109, 0x180, 0x181, 0x182, 0x183]
const GET = 0x1000
const SET = 0x2000

/**
 * A random frame with a correct CRC to a chip or to its program. Half of the frames have packets of the wrong size; the other
 * half have a plausible service and code, and a payload that does not fit.
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

/** Makes the frame a single packet with a plausible service and code. Now and then its size is wrong by a few bytes. */
function aim(frame: Buffer, random: Random): void {
    frame[3]! |= 1
    frame[HEADER] = frame.length - HEADER - 4 + (random() < 0.2 ? randomInteger(random, -3, 3) : 0)
    // The firmware's services are spared: they would obey a command, such as to erase the program.
    const own = frame.toString("hex", 4, HEADER)
    frame[HEADER + 1] = randomInteger(random, 1, 8) + (own.startsWith("e301") ? 32 : 0)
    const code = CODES[randomInteger(random, 0, CODES.length - 1)]!
    // A well-formed command would be carried out, so there is none.
    const kind = [GET, SET, 0x3000][randomInteger(random, 0, 2)]!
    frame.writeUInt16LE(code | kind, HEADER + 2)
}
