import "../quiet-end"
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { compileProgram } from "../../tools/compile/compile"
import { CompileError } from "../../tools/compile/compile-error"
import { FUNCTIONS_LIMIT } from "../../tools/compile/release/check"
import { projectRoot } from "../../tools/project"
import { fileSentence } from "../file-error"

/** Output folder of the DeviceScript tools. */
const FOLDER = join(projectRoot, ".devicescript/bin")

/** `npm run build`: builds the main program for a chip. */
try {
    const { bytecode, debugInfo, sizes, build, hash } = await compileProgram({
        entry: "src/main.ts",
        target: "device",
    })
    await mkdir(FOLDER, { recursive: true })
    await writeFile(join(FOLDER, "bytecode.devs"), bytecode)
    await writeFile(join(FOLDER, "bytecode-dbg.json"), JSON.stringify(debugInfo))
    const count = (bytes: number) => bytes.toLocaleString("en")
    console.log(`${build} build ${hash.slice(0, 12)}, ${count(sizes.total)} bytes`)
    console.log(`functions ${count(sizes.functions)} of ${count(FUNCTIONS_LIMIT)} bytes`)
    console.log("→ .devicescript/bin/bytecode.devs")
} catch (error) {
    const sentence = error instanceof CompileError ? error.message : fileSentence(error)
    if (sentence === undefined) throw error
    console.error(sentence)
    process.exitCode = 1
}
