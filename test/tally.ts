import type { Reporter, TestModule } from "vitest/node"

/**
 * Ends a test run with one line: `N passed, N failed, N skipped, N flaky`. A flaky test passed only on its second try; each
 * one is listed before that line.
 */
export default class Tally implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
        const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
        const flaky: string[] = []
        for (const module of modules) {
            const tests = [...module.children.allTests()]
            for (const test of tests) {
                count[test.result().state]++
                if (test.diagnostic()?.flaky) flaky.push(`${module.relativeModuleId}: ${test.fullName}`)
            }
            if (tests.length === 0 || module.errors().length > 0) count.failed++
        }
        for (const name of flaky) console.log(`Flaky: ${name}`)
        const { passed, failed, skipped } = count
        console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped, ${flaky.length} flaky`)
    }
}
