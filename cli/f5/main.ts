import { VirtualClock } from "../../sim/clock"
import { EmonCmsServer } from "../../sim/emoncms/server"
import { projectRoot } from "../../tools/project"
import { overrideSetting, readSettings } from "../../tools/settings/settings"
import { ConfigError } from "../../tools/wiring/config-error"
import { writeWiring } from "../../tools/wiring/write-wiring"
import { meterSource } from "../start/meter-source"
import { deployBuilt } from "./deploy"
import { DEVTOOLS_PORTS, untilFree } from "./ports"
import { StockTool } from "./stock-tool"
import { connectLine } from "./virtual-meters"

/*
 * Runs what F5 needs: DeviceScript's own tools with the debug build, its simulator, virtual meters, and an EmonCMS. When READY
 * is printed, the editor connects to the debug server of devtools. Everything ends when the editor disconnects.
 */

/** `.vscode/tasks.json` waits for these lines. */
const BEGIN = "F5: preparing the program."
const READY = "F5: ready for the debugger."

const [, BUS_PORT] = DEVTOOLS_PORTS
/** Printed by devtools when the debugger disconnects. */
const LEFT = /dbgserver: connection closed/
/** Lines of devtools' output that come from the program. */
const PROGRAM = /^DEV\S*> |^[A-Z0-9]{4}> |^VM(ERR)?> /

const ends: (() => Promise<unknown>)[] = []
let isEnding = false

async function run(): Promise<void> {
    console.log(BEGIN)
    await untilFree()
    const { wiring } = await writeWiring("simulator", projectRoot)
    const devtools = started(["devtools", "src/main.ts"])
    devtools.onLine(line => {
        if (LEFT.test(line)) void end(0)
        else if (PROGRAM.test(line) || /error|warning/i.test(line)) console.log(line)
    })
    // If the simulator started before the build, devtools would deploy the program to it without settings.
    const outcome = await devtools.printed(/^build .* (OK|Failed)$/)
    if (outcome.endsWith("Failed")) return end(1)
    started(["vm", "--tcp", "--clear-flash"], ["./fence-bus.mjs"])

    const clock = new VirtualClock(1)
    const settings = await readSettings(projectRoot)
    const server = new EmonCmsServer({ clock })
    const { url } = await server.listen()
    ends.push(() => server.close())
    overrideSetting(settings, "EMON_URL", url, "the built-in EmonCMS")
    overrideSetting(settings, "EMON_KEY", server.writeKey, "the built-in EmonCMS")
    const { line, description } = await meterSource({}, wiring, clock)
    ends.push(connectLine(line, () => {}))
    console.log(`Meter: ${description}. EmonCMS: built-in stand-in.`)
    await deployBuilt(BUS_PORT, settings.device)
    console.log(READY)
}

/** Starts one of DeviceScript's tools. When it ends, everything ends. */
function started(args: string[], imports: string[] = []): StockTool {
    const tool = new StockTool(args, imports)
    ends.push(() => tool.end())
    void tool.ended.then(() => {
        if (isEnding) return
        console.error(`devs ${args[0]} has ended.`)
        void end(1)
    })
    return tool
}

async function end(code: number): Promise<void> {
    if (isEnding) return
    isEnding = true
    // Also ends what is started in the meantime.
    while (ends.length > 0) {
        const last = ends.splice(0).reverse()
        await Promise.allSettled(last.map(it => it()))
    }
    process.exit(code)
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => void end(0))

try {
    await run()
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    console.error(error instanceof ConfigError ? error.message : `F5: ${error.message}`)
    await end(1)
}
