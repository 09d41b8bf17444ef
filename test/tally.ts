import type { Reporter, TestModule } from "vitest/node"

/** Ends a test run with one line: `N passed, N failed, N skipped`. */
export default class Tally implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
        const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
        for (const module of modules) {
            const tests = [...module.children.allTests()]
            for (const test of tests) count[test.result().state]++
            if (tests.length === 0 || module.errors().length > 0) count.failed++
        }
        console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
    }
}
