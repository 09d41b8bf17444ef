/**
 * Skips samples in steps of a byte.
 *
 * @param level the byte to skip, four times: 0 or -1
 * @returns the first byte from `at` on that differs; `end` or up to three bytes more if none does
 */
export function skipLevel(samples: Buffer, at: number, end: number, level: 0 | -1): number {
    while (at < end && samples.getAt(at, "i32") === level) at += 4
    const byte = level & 0xff
    while (at < end && samples[at] === byte) at++
    return at
}

/** The number of bytes at the end in which no sample is low. */
export function idleTail(samples: Buffer): number {
    let at = samples.length
    while (at >= 4 && samples.getAt(at - 4, "i32") === -1) at -= 4
    while (at > 0 && samples[at - 1] === 0xff) at--
    return samples.length - at
}

/** Whether no sample is high. The length must be a multiple of 4. */
export function isLow(samples: Buffer): boolean {
    return skipLevel(samples, 0, samples.length, 0) >= samples.length
}
