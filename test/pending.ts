/**
 * Test files that are not adapted to the newest code, or were not run on it yet. `npm run test:pending` runs those of the PC;
 * whoever sees one pass takes it off the list.
 */
export const pendingHost: readonly string[] = []

/** The same of the programs that run in the DeviceScript runtime. */
export const pendingDevice: readonly string[] = []
