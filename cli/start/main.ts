import "../quiet-end"
import { BusPort, BusPortTaken } from "../../sim/bus/bus-port"
import { VirtualClock } from "../../sim/clock"
import { GatewayHabits } from "../../sim/line/gateway-habits"
import { Rig } from "../../sim/rig"
import type { Simulation } from "../../sim/simulation"
import { ToxicProxy } from "../../sim/toxics/proxy"
import { Wifi } from "../../sim/vm/wifi"
import { withSourceLines } from "../../tools/compile/crash-place"
import { START_PORT } from "../../tools/device/bus-connection"
import { hideKeys } from "../../tools/hide-keys"
import { buildImage, imageText } from "../../tools/image"
import { projectRoot } from "../../tools/project"
import { KEY_VARIABLE } from "../../tools/settings/key-variable"
import { isOtherServer } from "../../tools/settings/server-address"
import { overrideSetting, readSettings, type Settings } from "../../tools/settings/settings"
import { readConfig } from "../../tools/wiring/read-wiring"
import { checkOutputs } from "../kept-files"
import { acceptedValues } from "./accepted-values"
import { commandOf } from "./commands"
import { ConsoleView } from "./console-view"
import { FlashFile } from "./flash-file"
import { fleetConfig } from "./fleet"
import { adopt, gatewayConfig, gatewaySource } from "./gateway"
import { type Exchange, HttpTap } from "./http-tap"
import { tryOnThisLine } from "./line-trials"
import { Live } from "./live"
import { meterSource } from "./meter-source"
import { parseOptions, type StartOptions } from "./options"
import { runCommand } from "./run-command"
import { RunSummary } from "./run-summary"
import { RunTotals } from "./run-totals"
import { StandIn } from "./stand-in"
import { ValueRecord } from "./value-record"

/** How often the status line is updated, in ms of wall time. */
const STATUS_MS = 1000

/** How many lines of the program's log are kept: it may run for weeks. */
const KEPT_LINES = 100

/** How often to check that the parent process still exists, in ms of wall time. */
const PARENT_CHECK_MS = 500

/** `npm start`: runs the program between a meter and an EmonCMS on this computer. */
async function start(options: StartOptions): Promise<void> {
    const view = new ConsoleView(process.stdout)
    const clock = new VirtualClock(
        options.speed,
        Date.now(),
        options.emoncms === undefined ? "sockets" : "nothing",
    )
    const settings = await readSettings(projectRoot)
    for (const note of settings.notes) view.note(note)
    const wired = await readConfig(projectRoot)
    checkOutputs({ "--record": options.record, "--flash": options.flash }, wired)
    const config = gatewayConfig(options, fleetConfig(options, wired))
    const image = await clock.hold(buildImage({ config }))
    const { wiring } = image
    const { gateway } = options
    const realGateway = gateway !== undefined
    const source = gateway ? gatewaySource(gateway, clock) : meterSource(options, wiring, clock)
    const { line, description, meters } = await source
    const gatewayHabits = new GatewayHabits()
    adopt(gatewayHabits, options.gatewayFault)
    line.onLost(fail)
    view.note(`${imageText(image.about)}.`)
    view.note(`Meter: ${description}.`)
    if (options.gatewayFault) view.note(`Gateway: virtual, with ${options.gatewayFault.join(", ")}.`)
    const command = commandOf(options)
    if (command) {
        const { yes = false } = options
        const surroundings = { clock, line, config, yes, view, realGateway, gatewayHabits }
        const { done, said } = await runCommand(command, surroundings)
        if (command.name === "diagnose" && !options.thenRun) {
            const { serial } = options
            if (serial !== undefined) await line.close()
            const tell = (text: string) => view.note(text)
            said.push(...(await tryOnThisLine(said, { ...surroundings, wiring, serial }, tell)))
        }
        if (options.json) console.log(JSON.stringify({ done, said }))
        if (!done) process.exitCode = 1
        if (!done || !options.thenRun) {
            clock.stop()
            return line.close()
        }
    }
    const flashFile = options.flash === undefined ? undefined : await FlashFile.open(options.flash, fail)
    const record = options.record === undefined ? undefined : await ValueRecord.open(options.record, fail)
    const version = options.emoncmsVersion
    if (options.node !== undefined) overrideSetting(settings, "EMON_NODE", options.node, "--node")
    const node = String(settings.device.get("EMON_NODE"))
    const emoncms =
        options.emoncms === undefined
            ? await clock.hold(StandIn.open(clock, node, wiring, version))
            : undefined
    emoncms?.server.onAccepted(point => record?.add(point))
    const proxy = await directUploads(settings, options, clock, emoncms)

    const wifi = new Wifi()
    const summary = new RunSummary()
    const totals = new RunTotals()
    let live: Live | undefined
    const exchanged = (exchange: Exchange) => {
        live?.exchanged(exchange)
        // Only its replies show what a real server has accepted.
        if (record && !emoncms) for (const point of acceptedValues(exchange, clock.now())) record.add(point)
    }
    const isTapped = options.page !== false || (record !== undefined && !emoncms)
    const rig = new Rig({
        clock,
        flash: flashFile?.flash,
        bytecode: image.bytecode,
        hardware: image.hardware,
        line,
        settings: settings.device,
        onLog(entry) {
            const told = { ...entry, text: withSourceLines(entry.text, image.debugInfo) }
            summary.hear(told)
            live?.told(told)
            view.show(told)
        },
        onCounters: counters => totals.add(counters),
        onProgramStop: code => {
            if (code !== 0) view.note(`The program stopped with panic ${code}; the runtime restarts it.`)
        },
        makeTap: isTapped ? () => new HttpTap(exchanged) : undefined,
        wifi,
        realGateway,
        gatewayHabits,
        keptLines: KEPT_LINES,
        behind: [flashFile, proxy, emoncms].filter(part => part !== undefined),
    })
    const { simulation } = rig
    const which = version === undefined ? "" : ` for ${version}`
    view.note(`EmonCMS: ${emoncms ? `built-in stand-in${which}` : options.emoncms}.`)
    if (!emoncms && options.speed !== 1) {
        view.note(
            `Times will be right only if that server's clock also runs ${options.speed} times as fast as real time.`,
        )
    }
    if (proxy) view.note(`Network faults: ${proxy.toxics.map(({ type }) => type).join(", ")}.`)
    if (options.page !== false) {
        const realLine = options.serial !== undefined || realGateway
        const key = String(settings.device.get("EMON_KEY") ?? "")
        const house = { clock, line, meters, wiring, config, wifi, simulation, emoncms }
        const parts = { ...house, realEmoncms: options.emoncms, realLine, key }
        live = await clock.hold(Live.open(parts, options.page))
        view.note(`Live page: ${live.url}`)
    }
    view.note(options.seconds === undefined ? "Ctrl-C ends it." : `Ends after ${options.seconds} s.`)
    const enough = interrupted()
    await record?.begin()
    await rig.start()
    const startedAt = clock.now()
    live?.watch(work => summary.work(work))
    const showStatus = () => view.status(summary.status(totals.counters, clock.now()))
    const telling = view.hasStatus ? setInterval(showStatus, STATUS_MS) : undefined
    const busPort = await offerBus(simulation, clock, options.devicePort ?? START_PORT, view)

    await (options.seconds === undefined ? enough : Promise.race([enough, rig.pass(options.seconds)]))
    const endedAt = clock.now()
    await simulation.settle()
    clearInterval(telling)
    view.end()
    await live?.close()
    await busPort?.close()
    await rig.end()
    await record?.close()
    view.note(summary.sentence(totals.counters, endedAt - startedAt))
    if (options.json) console.log(JSON.stringify({ ...totals.counters, ...image.about }))
}

/** Offers the bus to `npm run device`, unless another process uses the port. */
async function offerBus(
    simulation: Simulation,
    clock: VirtualClock,
    port: number,
    view: ConsoleView,
): Promise<BusPort | undefined> {
    try {
        return await BusPort.open(simulation, clock, port)
    } catch (error) {
        if (!(error instanceof BusPortTaken)) throw error
        view.note(
            `npm run device cannot find this device: ${error.message}; choose another port with --device-port.`,
        )
        return undefined
    }
}

/** Directs the uploads to the requested server, through a proxy if toxics are requested. */
async function directUploads(
    settings: Settings,
    options: StartOptions,
    clock: VirtualClock,
    standIn: StandIn | undefined,
): Promise<ToxicProxy | undefined> {
    const { emoncms, toxic = [] } = options
    const stored = settings.device.get("EMON_URL")
    const passed = emoncms === undefined ? undefined : process.env[KEY_VARIABLE] || undefined
    const key = options.key ?? passed
    if (standIn) {
        overrideSetting(settings, "EMON_URL", standIn.url, "the built-in EmonCMS")
        overrideSetting(settings, "EMON_KEY", standIn.server.writeKey, "the built-in EmonCMS")
    }
    if (emoncms !== undefined) overrideSetting(settings, "EMON_URL", emoncms, "--emoncms")
    if (key !== undefined)
        overrideSetting(settings, "EMON_KEY", key, options.key === undefined ? KEY_VARIABLE : "--key")
    const isOther = isOtherServer(emoncms, stored === undefined ? undefined : String(stored))
    const isKeyMissing = key === undefined && (isOther || settings.device.get("EMON_KEY") === undefined)
    if (emoncms !== undefined && isKeyMissing) throw new NoKey()
    if (toxic.length === 0) return undefined

    const target = new URL(String(settings.device.get("EMON_URL")))
    const proxy = new ToxicProxy({
        clock,
        target: { host: target.hostname, port: Number(target.port || 80) },
    })
    for (const one of toxic) await proxy.add(one)
    const { url } = await proxy.listen()
    overrideSetting(settings, "EMON_URL", url + target.pathname.replace(/\/$/, ""), "--toxic")
    return proxy
}

/**
 * Resolves when the user ends the command. One Ctrl-C can arrive as several signals, because npm forwards the signal that the
 * terminal sends to all processes, so further signals are ignored. Ending npm also ends its shell, but the shell forwards
 * nothing, so the parent process is watched.
 */
function interrupted(): Promise<void> {
    return new Promise(resolve => {
        for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => resolve())
        const parent = process.ppid
        const watch = () => process.ppid !== parent && resolve()
        setInterval(watch, PARENT_CHECK_MS).unref()
    })
}

/** A real server was requested without a key for it. */
class NoKey extends Error {
    constructor() {
        super(
            "--emoncms needs the account's Read & Write key (EmonCMS: Setup, My Account): give it with --key, or write " +
                "EMON_URL= and EMON_KEY= of this server into .env.local; the stored key is only for the stored EMON_URL",
        )
        this.name = "NoKey"
    }
}

function fail(error: Error): never {
    console.error(hideKeys(`npm start: ${error.message}`))
    process.exit(1)
}

try {
    await start(parseOptions(process.argv))
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    fail(error)
}
