/**
 * Test folders and files that depend on things outside the test's control: other processes, sockets, ports, a browser.
 * Each of these tests gets a second try; a test that needs it counts as flaky. All others get one try.
 */
const places: readonly string[] = [
    "test/host/bench/every.test.ts",
    "test/host/bench/live-page.test.ts",
    "test/host/bench/main.test.ts",
    "test/host/bus/",
    "test/host/commands/meter.test.ts",
    "test/host/commands/pictures.test.ts",
    "test/host/commands/stand-in.test.ts",
    "test/host/deploy/",
    "test/host/device/",
    "test/host/emoncms/server.test.ts",
    "test/host/flash/",
    "test/host/line/devtools-link.test.ts",
    "test/host/line/foreign-masters.test.ts",
    "test/host/line/jacdac-serial.test.ts",
    "test/host/line/serial-adapter.test.ts",
    "test/host/net/",
    "test/host/page/",
    "test/host/provisioning/check-key.test.ts",
    "test/host/scenario/command.test.ts",
    "test/host/serial/",
    "test/host/setup/",
    "test/host/start/",
    "test/host/toxics.test.ts",
    "test/host/vscode/",
]

/** @param path of a test file, relative to the project's folder */
export function isByChance(path: string): boolean {
    return places.some(place => path.startsWith(place))
}
