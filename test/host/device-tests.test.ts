import { expect, test } from "vitest"
import { runDeviceTests } from "../../tools/device-tests/run-device-tests"

const ENTRY = "test/device/made-up.test.ts"

/** Runs a file of device tests with this text. */
function run(...lines: string[]) {
    const head = 'import { describe, expect, test } from "@devicescript/test"\n'
    return runDeviceTests(ENTRY, undefined, { [ENTRY]: head + lines.join("\n") })
}

test("a failed test has what it threw, those after it run, and a program that ends early has not passed", async () => {
    const tests = await run(
        'describe("made up", () => {',
        '    test("passes", () => expect(1).toBe(1))',
        '    test("fails", () => { throw new TypeError("on purpose") })',
        '    test("passes too", () => expect(2).toBe(2))',
        '    test("hangs", () => { for (;;) {} })',
        '    test("never runs", () => expect(3).toBe(3))',
        "})",
    )
    expect(tests.map(({ name }) => name)).toEqual([
        "passes",
        "fails",
        "passes too",
        "hangs",
        "runs to its end",
    ])
    const [first, second, third, , last] = tests.map(({ failure }) => failure)
    expect([first, third]).toEqual([undefined, undefined])
    expect(second).toContain("on purpose")
    expect(last).toContain("It ended without running all its tests")
})

test("a file with a mistake does not compile", async () => {
    const [compiles] = await run('const number: number = "text"', "number")
    expect(compiles).toMatchObject({
        name: "compiles",
        failure: expect.stringContaining(`${ENTRY}(2,7): error TS2322`),
    })
})
