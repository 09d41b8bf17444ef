import { setTimeout as wait } from "node:timers/promises"
import { Command, Option } from "commander"
import { agree, checkMeter } from "../../tools/commands/agree"
import {
    addressOf,
    alarmOf,
    type LineCommand,
    questionAbout,
    scanOf,
} from "../../tools/commands/line-command"
import { commandDevice, diagnoseDevice, targetOf } from "../../tools/commands/on-device"
import { NoChip, PortUnusable } from "../../tools/deploy/errors"
import { openChip } from "../../tools/deploy/find-chip"
import { mainProgram } from "../../tools/deploy/main-program"
import { BusConnection, DEVTOOLS_PORT, START_PORT } from "../../tools/device/bus-connection"
import { Device } from "../../tools/device/device"
import { NoBus, NoDevice } from "../../tools/device/errors"
import { entryLine } from "../../tools/device/format"
import { followLog, storedLog } from "../../tools/device/log"
import { readStatus } from "../../tools/device/status"
import { statusLines } from "../../tools/device/status-text"
import { hideKeys } from "../../tools/hide-keys"
import { type Connection, watchConnection } from "../../tools/page/connect"
import { LivePage } from "../../tools/page/live-page"
import { PageServer } from "../../tools/page/page-server"
import { projectRoot } from "../../tools/project"
import { readConfig, readWiring } from "../../tools/wiring/read-wiring"
import { notBlank } from "../not-blank"
import { whole } from "../quiet-end"
import { portNumber } from "../whole-number"
import { onSiteCommands } from "./on-site"

const EXAMPLES = `
Examples (the two dashes belong to npm):
  npm run device -- status                     state of the device
  npm run device -- log --follow               its log, then new entries as they occur
  npm run device -- page                       the same as a live page in the browser
  npm run device -- scan 1-16                  find the addresses of the meters
  npm run device -- reset-energy heatpump      set the energy counter of a meter to 0
  npm run device -- set-address any:5          for a meter that is alone on the line

The device is that of npm start, or one on USB while npx devs devtools --serial runs.`

/** Errors that mean that a device cannot be reached for a while. */
const AWAY = [NoBus, NoChip, NoDevice, PortUnusable]

/** Pause before a lost device is searched for again, in ms. */
const RETURN_MS = 2000

interface Target {
    readonly serial?: string
    readonly port?: number
    readonly device?: string
}

const program = new Command("npm run device --")
    .description(
        "Shows the log and state of a device that runs emonscript, and sends commands to its meters.",
    )
    .addOption(
        new Option(
            "--port <number>",
            `port of its bus; default: ${START_PORT} and ${DEVTOOLS_PORT}`,
        ).argParser(portNumber),
    )
    .option("--device <id>", "the device, if there are several: the start of its id")
    .option("--serial <path>", "a chip on this serial port, without devtools in between", notBlank)
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("(npm run device -- --help shows all commands)")
    .hook("preAction", () => {
        const { serial, port } = program.opts<Target>()
        if (serial !== undefined && port !== undefined)
            program.error("error: --serial and --port are two ways to the device; leave one of them out.")
    })

program
    .command("status")
    .description(
        "show the device's state: versions, uptime, clock, meters, readings, line, parts of the program",
    )
    .option("--json", "print one line of JSON")
    .action(async ({ json }: { json?: true }) => {
        await withDevice(async device => {
            const status = await readStatus(device)
            console.log(json ? JSON.stringify(status) : statusLines(status).join("\n"))
        })
    })

program
    .command("log")
    .description("show the log that the device keeps: the current one, and the one before it")
    .option("--follow", "then show new entries of all levels, until Ctrl-C")
    .option("--json", "print each record as a line of JSON")
    .action(async ({ follow, json }: { follow?: true; json?: true }) => {
        await withDevice(async (device, connection) => {
            const show = (entry: Parameters<typeof entryLine>[0]) =>
                console.log(json ? JSON.stringify(entry) : entryLine(entry))
            const { last, current } = await storedLog(device)
            for (const entry of [...last, ...current]) show(entry)
            if (last.length + current.length === 0) console.error("The log is empty.")
            if (!follow) return
            const stop = await followLog(device, show)
            const isLost = await Promise.race([
                interrupted().then(() => false),
                connection.closed.then(() => true),
            ])
            stop()
            if (isLost) throw new ConnectionLost()
        })
    })

program
    .command("page")
    .description("show the device in a browser: its meters as curves, its program, its log; until Ctrl-C")
    .addOption(new Option("--page <port>", "port of the page").argParser(portNumber))
    .action(async ({ page: port }: { page?: number }) => {
        const connection = await connect()
        const device = await Device.find(connection.bus, program.opts<Target>().device)
        const page = new LivePage(Date.now, undefined)
        const server = await PageServer.open(page, port)
        console.log(`Live page: ${server.url}`)
        const over = interrupted()
        await Promise.race([over, keepWatching(page, connection, device)])
        page.close()
        await server.close()
    })

/** The device has gone while its log was followed. */
class ConnectionLost extends Error {
    constructor() {
        super("the connection to the device is lost; check its cable and power, and start again")
        this.name = "ConnectionLost"
    }
}

/** Watches the device, and reconnects whenever it was lost. */
async function keepWatching(page: LivePage, connection: Connection, device: Device): Promise<never> {
    await watchConnection(connection, device, page)
    for (;;) {
        await wait(RETURN_MS)
        try {
            const again = await connect()
            const found = await Device.find(again.bus, device.id).catch(async error => {
                await again.close()
                throw error
            })
            await watchConnection(again, found, page)
        } catch (error) {
            if (!AWAY.some(kind => error instanceof kind)) throw error
            page.silent((error as Error).message)
        }
    }
}

lineCommand("scan", "search these addresses for meters").addArgument(
    program
        .createArgument("[first-last]", "addresses; default: all")
        .argParser(scanOf)
        .default(scanOf("1-247"), "1-247"),
)
lineCommand("diagnose", "find out what is wrong with the line", { name: "diagnose" })
lineCommand("alarm", "read alarm thresholds, or set one").addArgument(
    program.createArgument("<meter[=value]>", "METER, or METER=[THRESHOLD:]VALUE").argParser(alarmOf),
)
lineCommand("set-address", "change a meter's address").addArgument(
    program
        .createArgument("<from:to>", "FROM can be any if the meter is alone on the line")
        .argParser(addressOf),
)
lineCommand("reset-energy", "reset a meter's energy counter to 0").addArgument(
    program
        .createArgument("<meter>", "its name in devicescript.json")
        .argParser((meter): LineCommand => ({ name: "reset-energy", meter })),
)

for (const command of onSiteCommands(work => withDevice(device => work(device)))) program.addCommand(command)

/** Adds a command that a separate program carries out in place of the main one. */
function lineCommand(name: string, description: string, fixed?: LineCommand): Command {
    return program
        .command(name)
        .description(description)
        .option("--yes", "do not ask before changing something")
        .option("--json", "print one line of JSON at the end")
        .action(async (...given: unknown[]) => {
            const command = fixed ?? (given[0] as LineCommand)
            const { yes, json } = given[fixed ? 0 : 1] as { yes?: true; json?: true }
            await withDevice(async device => {
                const target = await targetOf(device)
                const wiring = await readWiring(target, projectRoot)
                checkMeter(command, wiring)
                const { bytecode: main, same } = await mainProgram(device, target)
                if (!yes) {
                    await agree(same ? undefined : OTHER_PROGRAM)
                    await agree(questionAbout(command))
                }
                const say = (sentence: string) => console.error(sentence)
                const config = await readConfig(projectRoot)
                const outcome = await whole(() =>
                    commandDevice(device, { target, main }, say, run =>
                        command.name === "diagnose" ? diagnoseDevice(run, config, wiring, say) : run(command),
                    ),
                )
                console.log(json ? JSON.stringify(outcome) : outcome.said.at(-1))
                if (!outcome.done) process.exitCode = 1
            })
        })
}

const OTHER_PROGRAM =
    "The device does not have this folder's program. After the command, it gets this folder's program. Continue?"

async function withDevice(work: (device: Device, connection: Connection) => Promise<void>): Promise<void> {
    const connection = await connect()
    try {
        await work(await Device.find(connection.bus, program.opts<Target>().device), connection)
    } finally {
        await connection.close()
    }
}

function connect(): Promise<Connection> {
    const { port, serial } = program.opts<Target>()
    if (serial !== undefined) return openChip(serial)
    return BusConnection.open(port === undefined ? [START_PORT, DEVTOOLS_PORT] : [port])
}

function interrupted(): Promise<void> {
    return new Promise(resolve => process.once("SIGINT", () => resolve()))
}

try {
    await program.parseAsync()
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    console.error(hideKeys(`npm run device: ${error.message}`))
    process.exitCode = 1
}
// jacdac-ts keeps a timer running for as long as a reply may take, even after the reply, and the timer keeps the process alive.
process.stdout.write("", () => process.exit())
