import { describe, expect, test } from "vitest"
import { type DeviceTest, deviceTestFiles, runDeviceTests } from "./device-program"

/** Programs that are compiled and run side by side. */
const COMPILERS = 1

/** The tests that run in the DeviceScript runtime, each file a program of its own. */
for (const [file, tests] of await runAll(await deviceTestFiles())) {
    describe(file, () => {
        for (const { name, failure } of tests) test(name, () => expect(failure).toBeUndefined())
    })
}

async function runAll(files: string[]): Promise<Map<string, DeviceTest[]>> {
    const results = new Map<string, DeviceTest[]>(files.map(file => [file, []]))
    const waiting = [...files]
    const work = async () => {
        for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
            results.set(file, await runDeviceTests(file))
        }
    }
    await Promise.all(Array.from({ length: COMPILERS }, work))
    return results
}
