import { expect, test } from "vitest"
import { readMeasured } from "../../../bench/measured"
import { GROUPS } from "../../../cli/f5/breakpoint-fence"
import { compileProgram } from "../../../tools/compile/compile"
import { FUNCTIONS_LIMIT } from "../../../tools/compile/release/check"
import { defaultConfig } from "../../../tools/wiring/default-config"

/** Size limit of the release build, in bytes. It leaves room for future code. */
const AIM = 58_000

test("the release build stays below its limit, and docs/measured.json has its size and hash", async () => {
    const options = { entry: "src/main.ts", target: "device", config: defaultConfig } as const
    const { sizes, hash } = await compileProgram(options)
    expect(sizes.functions).toBeLessThanOrEqual(AIM)
    const { figures, program } = (await readMeasured()).size!
    const { release } = figures as { release: Record<string, number> }
    const isNoted = release["spi-uart"] === sizes.functions && program === hash
    expect(isNoted, "run: npm run bench -- size --write && npm run figures").toBe(true)
})

test("the debug build that F5 and plain `devs build` make fits", async () => {
    const options = {
        entry: "src/main.ts",
        target: "simulator",
        config: defaultConfig,
        build: "debug",
    } as const
    const { sizes } = await compileProgram({ ...options, anySize: true })
    expect(sizes.functions).toBeLessThanOrEqual(FUNCTIONS_LIMIT - GROUPS)
})
