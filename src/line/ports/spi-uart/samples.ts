/** Index of the first byte from `i` on with a high sample; the length of the buffer if there is none. */
export function skipLow(samples: Buffer, i: number): number {
    while (samples.getAt(i, "i64") === 0) i += 8
    while (samples[i] === 0) i++
    return i
}

/** Index of the first byte from `i` on with a low sample; the length of the buffer if there is none. */
export function skipHigh(samples: Buffer, i: number): number {
    while (samples.getAt(i, "i64") === -1) i += 8
    while (samples[i] === 0xff) i++
    return i
}

/** Whether no sample is high. */
export function isLow(samples: Buffer): boolean {
    return skipLow(samples, 0) === samples.length
}

/** Number of bytes at the end without a low sample. */
export function idleTail(samples: Buffer): number {
    let i = samples.length
    while (i >= 8 && samples.getAt(i - 8, "i64") === -1) i -= 8
    while (i > 0 && samples[i - 1] === 0xff) i--
    return samples.length - i
}
