// Written by tools/vectors/device_vectors.py with pymodbus and struct; do not edit.

/** An exception reply of address 1. */
export interface ExceptionVector {
    readonly functionCode: number
    readonly code: number
    readonly frame: Buffer
}

export const exceptions: ExceptionVector[] = [
    { functionCode: 3, code: 1, frame: hex`01 83 01 80 f0` },
    { functionCode: 3, code: 2, frame: hex`01 83 02 c0 f1` },
    { functionCode: 3, code: 3, frame: hex`01 83 03 01 31` },
    { functionCode: 3, code: 4, frame: hex`01 83 04 40 f3` },
    { functionCode: 4, code: 1, frame: hex`01 84 01 82 c0` },
    { functionCode: 4, code: 2, frame: hex`01 84 02 c2 c1` },
    { functionCode: 4, code: 3, frame: hex`01 84 03 03 01` },
    { functionCode: 4, code: 4, frame: hex`01 84 04 42 c3` },
    { functionCode: 6, code: 1, frame: hex`01 86 01 83 a0` },
    { functionCode: 6, code: 2, frame: hex`01 86 02 c3 a1` },
    { functionCode: 6, code: 3, frame: hex`01 86 03 02 61` },
    { functionCode: 6, code: 4, frame: hex`01 86 04 43 a3` },
    { functionCode: 66, code: 1, frame: hex`01 c2 01 b0 a0` },
    { functionCode: 66, code: 2, frame: hex`01 c2 02 f0 a1` },
    { functionCode: 66, code: 3, frame: hex`01 c2 03 31 61` },
    { functionCode: 66, code: 4, frame: hex`01 c2 04 70 a3` },
]
