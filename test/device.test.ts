import { describe, expect, test } from "vitest"
import { runAllDeviceTests } from "../tools/device-tests/run-device-tests"

/** The tests that run in the DeviceScript runtime. */
for (const [file, tests] of await runAllDeviceTests()) {
    describe(file, () => {
        for (const { name, failure } of tests) test(name, () => expect(failure).toBeUndefined())
    })
}
