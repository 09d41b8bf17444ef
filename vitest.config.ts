import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"
import { isLong, isQuick, longHost, quickHost, shortenedHost } from "./test/long"

/** The longest file, which compiles every test for the device: begun last, it would run alone in the end. */
const LONGEST = "device.test.ts"

class LongestFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const sorted = await super.sort(files)
        const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith(`/test/${LONGEST}`)
        return [...sorted.filter(isLongest), ...sorted.filter(file => !isLongest(file))]
    }
}

function included(): string[] {
    if (isLong) return [...longHost, ...shortenedHost]
    return isQuick ? [...quickHost] : [`test/${LONGEST}`, "test/host/**/*.test.ts"]
}

export default defineConfig({
    test: {
        include: included(),
        exclude: isLong ? [] : [...longHost],
        // Sockets and compilers need the machine's own time, whatever the virtual clock says: on a busy one a test may be
        // late, so it gets patience and a second try. A fault fails twice.
        testTimeout: 300_000,
        hookTimeout: 300_000,
        retry: 1,
        // Modules are loaded once for each worker: a third of the time went into loading them anew for each file.
        isolate: false,
        // One less than the cores is the default: a single one on a machine with two.
        maxWorkers: "100%",
        sequence: { sequencer: LongestFirst },
        reporters: ["default", "./test/tally.ts"],
    },
})
