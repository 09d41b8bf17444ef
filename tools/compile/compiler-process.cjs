/*
 * Runs DeviceScript's compiler many times in one process: it takes a second to load, and is several times as fast once it is
 * warm. Takes `{ args, cwd }` from the parent, answers `{ exitCode, output }`, one at a time.
 */
const { EventEmitter } = require("node:events")
const { existsSync } = require("node:fs")
const { CheckedFiles } = require("./checked-files.cjs")
const { loadCompiler } = require("./load-compiler.cjs")

/** The compiler writes this file last. */
const LAST_FILE = ".devicescript/bin/bytecode-dbg.json"

/** How often to look for it, in ms. */
const LOOK_MS = 5

/** What the compiler's `process.exit` becomes. */
class Exit extends Error {}

// Each run adds the command line's options once more.
EventEmitter.defaultMaxListeners = 0

const [, , cli, version, memory] = process.argv
const checkedFiles = new CheckedFiles(memory, version)
const { mainCli } = loadCompiler(cli, checkedFiles)

/** Takes the output and the end of the run that is under way. */
let run

for (const stream of [process.stdout, process.stderr])
    stream.write = text => {
        if (run) run.output += text
        return true
    }

process.exit = exitCode => {
    run?.end(exitCode ?? 0)
    throw new Exit()
}

process.on("unhandledRejection", failed)
process.on("uncaughtException", failed)
process.on("disconnect", () => process.reallyExit(0))

function failed(error) {
    if (error instanceof Exit) return
    if (run) run.output += `${error?.stack ?? error}\n`
    run?.end(1)
}

process.on("message", ({ args, cwd }) => {
    process.chdir(cwd)
    process.argv = [process.argv[0], "devs", ...args]
    checkedFiles.begin()
    const look = setInterval(() => {
        if (!existsSync(LAST_FILE)) return
        checkedFiles.allGood()
        run.end(0)
    }, LOOK_MS)
    run = {
        output: "",
        end(exitCode) {
            clearInterval(look)
            const { output } = run
            run = undefined
            process.send({ exitCode, output })
        },
    }
    try {
        mainCli()
    } catch (error) {
        failed(error)
    }
})
