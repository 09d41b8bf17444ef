/**
 * Test files that are not adapted to the newest code, or were not run on it yet. `npm run test:pending` runs those of the PC;
 * whoever sees one pass takes it off the list.
 */
export const pendingHost: readonly string[] = [
    "test/host/device/npm-start.test.ts",
    "test/host/net/soak.test.ts",
    "test/host/scenario/command.test.ts",
    "test/host/scenario/run-scenario.test.ts",
    "test/host/scenario/saboteur.test.ts",
    "test/host/scenario/shipped.test.ts",
    "test/host/scenario/timeline.test.ts",
    "test/host/start/interrupt.test.ts",
    "test/host/store/drain.test.ts",
    "test/host/store/earlier-boots.test.ts",
    "test/host/store/own-restart.test.ts",
    "test/host/store/power-cut.test.ts",
    "test/host/uplink/matrix.test.ts",
    "test/host/vscode/f5.test.ts",
]

/** The same of the programs that run in the DeviceScript runtime. */
export const pendingDevice: readonly string[] = []
