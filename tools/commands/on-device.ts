import { CMD_GET_REG, ControlReg, Packet, SRV_CONTROL } from "jacdac-ts"
import { EmonLogbook, PREPARE, SRV_EMON_LOGBOOK, SRV_EMON_STATION } from "../../sim/bus/services"
import { compileProgram } from "../compile/compile"
import { replaceProgram, saveWhatWaits } from "../deploy/deploy"
import { ask, type Device, readRegister } from "../device/device"
import { CommandSilent } from "../device/errors"
import type { Config, Target, WiredMeter, Wiring } from "../wiring/config"
import { COMMAND_PROGRAM, type LineCommand, orderSource } from "./line-command"
import { type Characters, isHeard, trialCommand, trialConfig, tryOtherCharacters } from "./line-trials"
import type { CommandOutcome } from "./outcome"

/** Level of a command's last record. A higher level means that the command failed. */
const NOTICE = 2
const SOURCE = "command: "

/** Time limit in ms for saving the waiting readings, long enough to downsample what does not fit. */
const SAVED_MS = 330_000
const SILENT_MS = 120_000
/** How often, in ms, the logbook is asked for the latest record, because a report can get lost. */
const ASK_MS = 2000

/** Finds out whether a device is real or simulated; the simulator has no pins. */
export async function targetOf(device: Device): Promise<Target> {
    const [description] = await readRegister<[string]>(await device.firmware(SRV_CONTROL), {
        code: ControlReg.DeviceDescription,
        format: "s",
    })
    return description.includes("WASM") ? "simulator" : "device"
}

/** How to run commands on a device. */
export interface CommandedDevice {
    /** The target that commands are compiled for. */
    readonly target: Target
    /** The main program, which is put back at the end. */
    readonly main: Uint8Array
    /** Whether to replace a program even if it cannot save its waiting readings. Otherwise that is an error. */
    readonly evenUnsaved?: boolean
    /** Silence in ms after which a command counts as hanging. Default: two minutes; between two of its records there is less. */
    readonly silentMs?: number
}

/**
 * Carries out a command.
 * @param config the configuration to use. Default: `devicescript.json`
 * @throws DeployFailed, NotAsSent, CommandSilent, CompileError, ConfigError
 */
export type RunCommand = (command: LineCommand, config?: Config) => Promise<CommandOutcome>

/**
 * Carries out commands on the line of a device. Makes the device's program save the waiting readings, replaces it with
 * programs for the commands, and always puts it back at the end.
 *
 * @param say receives progress messages
 * @param work carries out the commands
 * @throws NoServices, NoReply, DeployFailed, NotAsSent, and what `work` throws
 */
export async function commandDevice<T>(
    device: Device,
    { target, main, evenUnsaved = false, silentMs = SILENT_MS }: CommandedDevice,
    say: (sentence: string) => void,
    work: (run: RunCommand) => Promise<T>,
): Promise<T> {
    if (evenUnsaved) await saveWhatWaits(device, say)
    else await makeRoom(device, say)
    const run: RunCommand = async (command, config) => {
        const overrides = orderSource(command)
        const { bytecode } = await compileProgram({ entry: COMMAND_PROGRAM, target, config, overrides })
        const listening = listen(device, say, silentMs)
        try {
            await replaceProgram(device, bytecode)
            return await listening.outcome()
        } finally {
            listening.stop()
        }
    }
    try {
        return await work(run)
    } finally {
        say("Restoring the program.")
        await device.writeSetting("RESTARTS", 0)
        await replaceProgram(device, main)
    }
}

/**
 * Diagnoses the line of a device. Meters without a right answer are also tried at their other speeds and parities.
 * @param config the configuration that `wiring` was made from
 * @param tell receives progress and results of these trials
 * @returns the diagnosis, followed by the results of the trials
 */
export async function diagnoseDevice(
    run: RunCommand,
    config: Config,
    wiring: Wiring,
    tell: (sentence: string) => void,
): Promise<CommandOutcome> {
    const { done, said } = await run({ name: "diagnose" }, config)
    const answersAt = async (meter: WiredMeter, trial: Characters) =>
        isHeard(meter, await run(trialCommand(meter), trialConfig(config, meter, trial)))
    return { done, said: [...said, ...(await tryOtherCharacters(said, wiring, answersAt, tell))] }
}

async function makeRoom(device: Device, say: (sentence: string) => void): Promise<void> {
    const [station] = await device.program(SRV_EMON_STATION)
    say("The program is saving its waiting readings, to make room for the command.")
    await ask(station!, Packet.onlyHeader(PREPARE), SAVED_MS, 1)
}

/**
 * Listens to the program of a command. Must be called before it starts, because its first record may be its only one.
 * @returns `outcome` waits until the program has ended
 */
function listen(
    device: Device,
    say: (sentence: string) => void,
    silentMs: number,
): { outcome(): Promise<CommandOutcome>; stop(): void } {
    const said: string[] = []
    let heard = () => {}
    let ended: (outcome: CommandOutcome) => void = () => {}
    const end = new Promise<CommandOutcome>(resolve => {
        ended = resolve
    })
    const stop = device.onRecord(({ level, text }) => {
        if (!text.startsWith(SOURCE)) return
        const words = text.slice(SOURCE.length)
        if (said.at(-1) === words) return
        heard()
        said.push(words)
        if (level < NOTICE) say(words)
        else ended({ done: level === NOTICE, said })
    })
    const outcome = async () => {
        let silence: NodeJS.Timeout | undefined
        let asking: NodeJS.Timeout | undefined
        const silent = new Promise<never>((_, reject) => {
            heard = () => {
                clearTimeout(silence)
                silence = setTimeout(() => reject(new CommandSilent(silentMs)), silentMs)
            }
        })
        heard()
        try {
            const [logbook] = await device.program(SRV_EMON_LOGBOOK)
            asking = setInterval(() => {
                void logbook!.sendPacketAsync(Packet.onlyHeader(CMD_GET_REG | EmonLogbook.record.code))
            }, ASK_MS)
            return await Promise.race([end, silent])
        } finally {
            clearTimeout(silence)
            clearInterval(asking)
        }
    }
    return { outcome, stop }
}
