/** The host puts the figures of a case in the place of these: bytes of heap for readings, and from one to the next in ms. */
export const HEAP_BYTES = 14784
export const POLL_MS = 10000
