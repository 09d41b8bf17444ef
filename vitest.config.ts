import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { isLong, isQuick, longHost, quickHost, shortenedHost } from "./test/long.ts"

/**
 * Those that take longest, longest first: begun last, one would run alone in the end. Those that wait for something alternate
 * with those that keep a processor busy.
 */
const LONGEST = [
    "device.test.ts",
    "host/start/runs.test.ts",
    "host/setup/setup.test.ts",
    "host/uplink/matrix.test.ts",
    "host/device/reading.test.ts",
    "host/deploy/deploy.test.ts",
    "host/scenario/gateway-habits.test.ts",
    "host/deploy/wifi.test.ts",
    "host/end-to-end/statistics.test.ts",
    "host/scenario/old-servers.test.ts",
    "host/vm/hardware.test.ts",
    "host/end-to-end/characters.test.ts",
    "host/flash/put-firmware.test.ts",
    "host/page/faults.test.ts",
    "host/start/replay.test.ts",
    "host/page/two-meters.test.ts",
    "host/flash/commands.test.ts",
]

class LongestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const sorted = await super.sort(files)
        const place = ({ moduleId }: TestSpecification) => {
            const index = LONGEST.findIndex(name => moduleId.endsWith(`/test/${name}`))
            return index < 0 ? LONGEST.length : index
        }
        return sorted.sort((a, b) => place(a) - place(b))
    }
}

/** The test files of this run, by patterns. */
function chosen(): { include: string[]; exclude?: string[] } {
    if (isQuick) return { include: [...quickHost], exclude: [...longHost] }
    if (isLong) return { include: [...longHost, ...shortenedHost] }
    return { include: ["test/device.test.ts", "test/host/**/*.test.ts"], exclude: [...longHost] }
}

export default defineConfig({
    test: {
        ...chosen(),
        // Some tests get a second try.
        runner: "./test/runner.ts",
        // Sockets and compilers need the machine's own time, whatever the virtual clock says: on a busy one a test may be late.
        testTimeout: 300_000,
        hookTimeout: 300_000,
        // Modules are loaded once for each worker: a third of the time went into loading them anew for each file.
        isolate: false,
        // Tests often wait for a process that they started.
        maxWorkers: availableParallelism() + 3,
        // Room for new objects, in MB: with the usual 16, moving around those that are still needed takes a twentieth of the time.
        execArgv: ["--max-semi-space-size=64"],
        sequence: { sequencer: LongestFirst },
        globalSetup: "./test/share-builder.ts",
        setupFiles: process.env.PROCESS_COVERAGE === undefined ? [] : ["./test/cover-processes.ts"],
        reporters: ["default", "./test/tally.ts"],
        // For `npm run coverage`.
        coverage: {
            provider: "v8",
            include: ["{tools,sim,cli,services,page,bench}/**/*.{ts,js,mjs,cjs}"],
            // What runs in the DeviceScript runtime.
            exclude: ["bench/device/**", "tools/faulty-program/device/**"],
            reporter: ["json", "html"],
            reportOnFailure: true,
        },
    },
})
