// Written by tools/vectors/device_vectors.py with pymodbus and struct; do not edit.

/** Replies to the reads of an SDM120: 14 registers from 0, 14 from 18, 6 from 70. */
export const sdm120Replies = [
    hex`01 04 1c 43 67 78 52 00 00 00 00 00 00 00 00 41 45 85 1f 00 00 00 00 00 00 00 00 c5 29 e4 7b aa 24`,
    hex`01 04 1c 45 32 98 00 00 00 00 00 00 00 00 00 44 5c 06 66 00 00 00 00 00 00 00 00 bf 73 74 bc f6 08`,
    hex`01 04 0c 42 47 e1 48 46 40 e6 b6 3d 2c 08 31 31 19`,
]

/** The reply of an SDM230 to 32 registers from 0, with the same values. */
export const sdm230Reply = hex`01 04 40 43 67 78 52 00 00 00 00 00 00 00 00 41 45 85 1f 00 00 00 00 00 00 00 00 c5 29 e4 7b 00 00 00 00 00 00 00 00 45 32 98 00 00 00 00 00 00 00 00 00 44 5c 06 66 00 00 00 00 00 00 00 00 bf 73 74 bc 51 5b`

/** Voltage, current, power, VA, VAr, power factor, frequency, energy, exported energy. */
export const sdmValues = [2315, 12345, -27183, 28575, 8801, -951, 4997, 12345678, 42]
