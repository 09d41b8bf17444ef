import { expect, test } from "vitest"
import { compileProgram } from "../../../tools/compile/compile"
import { mostUsedNames } from "../../../tools/names/names"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

test("counts the strings of a disassembly, not those of the runtime itself", () => {
    const lines = [
        `   3:     this{L0}["beat"{A250}] := ret_val() // 150025f8fa2c19`,
        `  35:     this{L0}["name"{I99}] := par0{L1} // 15002463150119`,
        `   9:     CALL this{L0}."beat"{A250}("a \\"quoted\\" text"{A3}) // 273415000f25e32c04`,
        `  12:     THROW "a \\"quoted\\" text"{A3} // 2c54`,
        `  14:     this{L0}["beat"{A250}] := "once"{A4} // 150025f8fa2c19`,
    ]
    expect(mostUsedNames(lines.join("\n"))).toEqual(["beat", 'a \\"quoted\\" text'])
})

/** Size of the functions, in bytes, in the debug build that F5 and plain `devs build` make. */
async function functionsWith(overrides: Readonly<Record<string, string>>): Promise<number> {
    const config: Config = { ...defaultConfig, line: { driver: "jacdac-serial" } }
    const options = { entry: "src/main.ts", target: "simulator", config, build: "debug", overrides } as const
    return (await compileProgram({ ...options, anySize: true })).sizes.functions
}

test("src/names.ts shrinks the debug build by at least 1.2 KB; if not: `npm run names`", async () => {
    expect((await functionsWith({ "src/names.ts": "" })) - (await functionsWith({}))).toBeGreaterThan(1200)
})
