/** The host replaces these with the figures of a case: bytes of heap for readings, and the time between readings in ms. */
export const HEAP_BYTES = 14784
export const POLL_MS = 10000
