import { expect, test } from "vitest"
import { withHook } from "../../tools/faulty-program/faulty-program"

const FILE = "src/kernel/made-up.ts"
const PLACE = { before: "await rest()", insert: "await strike(part, this)" }

test("inserts the hook before its place", () => {
    expect(withHook(FILE, "loop()\nawait rest()\n", PLACE)).toBe(
        `import { strike } from "../../tools/faulty-program/device/faults"
loop()
await strike(part, this)
            await rest()
`,
    )
})

test("names the file that has changed, instead of inserting nothing", () => {
    expect(() => withHook(FILE, "loop()\n", PLACE)).toThrow(
        "src/kernel/made-up.ts no longer has the place where faults are inserted",
    )
})
