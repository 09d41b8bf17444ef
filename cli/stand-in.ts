import "./quiet-end"
import { Command, InvalidArgumentError } from "commander"
import { wallClock } from "../sim/clock"
import { NEWEST_VERSION, OLDEST_VERSION } from "../sim/emoncms/release"
import { EmonCmsServer } from "../sim/emoncms/server"
import { discreet } from "./secrets"
import { release } from "./start/options"
import { portNumber } from "./whole-number"

/** `npm run stand-in`: an EmonCMS for tests and for trying out. It stores nothing permanently. */
const { port, key, readKey, emoncmsVersion, quiet } = new Command("npm run stand-in --")
    .description(
        "Runs only the built-in stand-in for EmonCMS, reachable from this computer. It loses its data when it ends.",
    )
    .option("--port <number>", "port to listen on", portNumber, 8080)
    .option("--key <key>", "its Read & Write key, 32 characters 0-9 and a-f; random if omitted", apiKey)
    .option("--read-key <key>", "its Read Only key", apiKey)
    .option(
        "--emoncms-version <version>",
        `the EmonCMS version to simulate, ${OLDEST_VERSION} or later`,
        release,
        NEWEST_VERSION,
    )
    .option("--quiet", "do not print the accepted values")
    .configureOutput(discreet)
    .allowExcessArguments(false)
    .showHelpAfterError("(npm run stand-in -- --help shows all options)")
    .parse()
    .opts<{ port: number; key?: string; readKey?: string; emoncmsVersion: string; quiet?: boolean }>()

const PORT_PROBLEMS: Readonly<Record<string, string>> = {
    EADDRINUSE: "is in use",
    EACCES: "needs the rights of an administrator",
}

const server = new EmonCmsServer({ clock: wallClock, writeKey: key, readKey, version: emoncmsVersion })
try {
    const { url, overview } = await server.listen(port)
    console.log(`EmonCMS ${emoncmsVersion} (stand-in) at ${url}, for this computer only. Ctrl-C ends it.`)
    console.log(`Inputs and feeds: ${overview}`)
} catch (error) {
    const problem = PORT_PROBLEMS[(error as NodeJS.ErrnoException).code ?? ""]
    if (problem === undefined) throw error
    console.error(`npm run stand-in: port ${port} ${problem}. Choose another one with --port.`)
    process.exit(1)
}
// The key needs to be printed only if the user did not choose it.
if (key === undefined) console.log(`Its Read & Write key for this run: ${server.writeKey}`)
if (!quiet) {
    server.onAccepted(({ time, node, input, value }) =>
        console.log(`${new Date(time * 1000).toISOString().slice(0, 19)}Z ${node}/${input} ${value}`),
    )
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => server.close())

function apiKey(text: string): string {
    if (/^[0-9a-f]{32}$/i.test(text)) return text
    throw new InvalidArgumentError("A key has 32 characters, 0-9 and a-f.")
}
