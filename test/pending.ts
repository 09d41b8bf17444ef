/**
 * Test files that are not adapted to the newest code, or were not run on it yet. `npm run test:pending` runs those of the PC;
 * whoever sees one pass takes it off the list.
 */
export const pendingHost: readonly string[] = [
    "test/host/scenario/shipped.test.ts",
    "test/host/store/drain.test.ts",
    "test/host/store/earlier-boots.test.ts",
    "test/host/store/own-restart.test.ts",
    "test/host/store/power-cut.test.ts",
]

/** The same of the programs that run in the DeviceScript runtime. */
export const pendingDevice: readonly string[] = []
