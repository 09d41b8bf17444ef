/*
 * Runs DeviceScript's compiler many times in one process: it takes a second to load, and is several times as fast once it is
 * warm. Takes `{ args, cwd }` from the parent, answers `{ exitCode, output }`, one at a time.
 */
const { EventEmitter } = require("node:events")
const { rmSync } = require("node:fs")
const { tmpdir } = require("node:os")
const { CheckedFiles } = require("./checked-files.cjs")
const { KeptFiles } = require("./kept-files.cjs")
const { loadCompiler } = require("./load-compiler.cjs")

/** What the compiler's `process.exit` becomes. */
class Exit extends Error {}

// Each run adds the command line's options once more.
EventEmitter.defaultMaxListeners = 0

const [, , cli, version, memory, folder] = process.argv
const checkedFiles = new CheckedFiles(memory, version)
const keptFiles = new KeptFiles()
const { mainCli } = loadCompiler(cli, { checkedFiles, keptFiles, programBuilt })

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
process.on("disconnect", () => {
    process.chdir(tmpdir())
    rmSync(folder, { recursive: true, force: true })
    process.reallyExit(0)
})
// Whoever uses this process gets the signal, too, and then ends it.
process.on("SIGINT", () => {})

function programBuilt() {
    checkedFiles.allGood()
    run.end(0)
}

function failed(error) {
    if (error instanceof Exit) return
    if (run) run.output += `${error?.stack ?? error}\n`
    run?.end(1)
}

process.on("message", ({ args, cwd }) => {
    process.chdir(cwd)
    process.argv = [process.argv[0], "devs", ...args]
    checkedFiles.begin()
    keptFiles.begin()
    run = {
        output: "",
        end(exitCode) {
            if (exitCode !== 0) keptFiles.forget()
            const { output } = run
            run = undefined
            process.send({ exitCode, output })
        },
    }
    // What it fails with comes as an unhandled rejection.
    mainCli()
})
