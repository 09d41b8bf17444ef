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

/** What a command says last has this level or a higher one. */
const NOTICE = 2
const SOURCE = "command: "

/** Long enough to thin out what there is no room for. */
const SAVED_MS = 330_000
/** Between two words of a command there is never so long. */
const SILENT_MS = 120_000
/** How often it is asked for what it has said last, because a report can get lost. */
const ASK_MS = 2000

/** What is different on a device in the simulator, which has no pins. */
export async function targetOf(device: Device): Promise<Target> {
    const [description] = await readRegister<[string]>(await device.firmware(SRV_CONTROL), {
        code: ControlReg.DeviceDescription,
        format: "s",
    })
    return description.includes("WASM") ? "simulator" : "device"
}

/** The device that carries out commands. */
export interface CommandedDevice {
    /** What commands are compiled for. */
    readonly target: Target
    /** The program to put back. */
    readonly main: Uint8Array
    /** A program that cannot save what waits is replaced all the same; else that is an error. */
    readonly evenUnsaved?: boolean
}

/**
 * Carries out a command.
 * @param config the wiring to carry it out with; left out, that of `devicescript.json`
 * @throws DeployFailed, NotAsSent, CommandSilent, CompileError, ConfigError
 */
export type RunCommand = (command: LineCommand, config?: Config) => Promise<CommandOutcome>

/**
 * Carries out commands on the line of a device: has its program save what waits, puts programs with the commands in its
 * place, and puts it back in the end, whatever happens.
 *
 * @param say takes what happens meanwhile
 * @param work carries out the commands
 * @throws NoServices, NoReply, DeployFailed, NotAsSent, and what `work` throws
 */
export async function commandDevice<T>(
    device: Device,
    { target, main, evenUnsaved = false }: CommandedDevice,
    say: (sentence: string) => void,
    work: (run: RunCommand) => Promise<T>,
): Promise<T> {
    if (evenUnsaved) await saveWhatWaits(device, say)
    else await makeRoom(device, say)
    const run: RunCommand = async (command, config) => {
        const overrides = orderSource(command)
        const { bytecode } = await compileProgram({ entry: COMMAND_PROGRAM, target, config, overrides })
        const listening = listen(device, say)
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
        say("Putting the program back.")
        await device.writeSetting("RESTARTS", 0)
        await replaceProgram(device, main)
    }
}

/**
 * Says what is wrong with the line of a device. Meters that no right answer comes from are tried at the other speeds and
 * parities that they can have.
 * @param config what is wired; `wiring` is made of it
 * @param tell takes what the trials find
 * @returns the diagnosis, and behind it what the trials have found
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
    say("The program saves what waits, and makes room for the command.")
    await ask(station!, Packet.onlyHeader(PREPARE), SAVED_MS, 1)
}

/**
 * Listens to the program of a command from before it starts, for what it says first may be all that it finds.
 * @returns `outcome` waits until it has ended
 */
function listen(
    device: Device,
    say: (sentence: string) => void,
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
                silence = setTimeout(() => reject(new CommandSilent(SILENT_MS)), SILENT_MS)
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
