import { execFileSync } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { compileProgram } from "../compile/compile"
import { projectRoot } from "../project"
import { defaultConfig } from "../wiring/default-config"
import { mostUsedNames, namesFile } from "./names"

const cli = createRequire(import.meta.url).resolve("@devicescript/cli/built/devicescript-cli.cjs")

/** `npm run names`: writes the names that the program uses most to `src/names.ts`. */
const { bytecode, sizes } = await compileProgram({
    entry: "src/main.ts",
    target: "simulator",
    // the wiring of F5, the only one for which the debug build must fit
    config: { ...defaultConfig, line: { driver: "jacdac-serial" } },
    build: "debug",
    anySize: true,
})
const folder = await mkdtemp(join(tmpdir(), "emonscript-names-"))
try {
    const program = join(folder, "program.devs")
    await writeFile(program, bytecode)
    const disassembly = execFileSync(process.execPath, [cli, "disasm", "--detailed", program], {
        encoding: "utf8",
        env: { ...process.env, NO_COLOR: "1", NO_UPDATE_NOTIFIER: "1" },
        maxBuffer: 1 << 24,
    })
    const names = mostUsedNames(disassembly)
    await writeFile(join(projectRoot, "src/names.ts"), namesFile(names))
    console.log(
        `src/names.ts holds ${names.length} names; the program had ${sizes.functions} bytes of functions.`,
    )
} finally {
    await rm(folder, { recursive: true, force: true })
}
