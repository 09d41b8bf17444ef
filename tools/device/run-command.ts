import { CMD_GET_REG, ControlReg, Packet, SRV_CONTROL } from "jacdac-ts"
import { EmonLogbook, PREPARE, SRV_EMON_LOGBOOK, SRV_EMON_STATION } from "../../sim/bus/services"
import { COMMAND_PROGRAM, type LineCommand, orderSource } from "../commands/line-command"
import type { CommandOutcome } from "../commands/outcome"
import { compileProgram } from "../compile/compile"
import type { Target } from "../wiring/config"
import { deploy } from "./deployment"
import { ask, type Device, readRegister } from "./device"
import { CommandSilent } from "./errors"

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

/**
 * Carries out a command on the line of a device: has its program save what waits, puts the program with the command in its
 * place, and puts it back in the end.
 *
 * @param main the program to put back
 * @param say takes what happens meanwhile
 * @throws NoServices, NoReply, CommandSilent
 */
export async function runOnDevice(
    command: LineCommand,
    device: Device,
    { target, main }: { readonly target: Target; readonly main: Uint8Array },
    say: (sentence: string) => void,
): Promise<CommandOutcome> {
    const [station] = await device.program(SRV_EMON_STATION)
    const { bytecode } = await compileProgram({
        entry: COMMAND_PROGRAM,
        target,
        overrides: orderSource(command),
    })
    say("The program saves what waits, and makes room for the command.")
    await ask(station!, Packet.onlyHeader(PREPARE), SAVED_MS, 1)
    try {
        await deploy(device, bytecode)
        return await outcomeOf(device, say)
    } finally {
        say("Putting the program back.")
        await device.writeSetting("RESTARTS", 0)
        await deploy(device, main)
    }
}

/** Listens to the program of a command until it has ended. */
async function outcomeOf(device: Device, say: (sentence: string) => void): Promise<CommandOutcome> {
    const [logbook] = await device.program(SRV_EMON_LOGBOOK)
    const said: string[] = []
    return new Promise((resolve, reject) => {
        let silence: NodeJS.Timeout
        const over = () => {
            stop()
            clearTimeout(silence)
            clearInterval(asking)
        }
        const heard = () => {
            clearTimeout(silence)
            silence = setTimeout(() => {
                over()
                reject(new CommandSilent(SILENT_MS))
            }, SILENT_MS)
        }
        const stop = device.onRecord(({ level, text }) => {
            if (!text.startsWith(SOURCE)) return
            const words = text.slice(SOURCE.length)
            if (said.at(-1) === words) return
            heard()
            said.push(words)
            if (level < NOTICE) return say(words)
            over()
            resolve({ done: level === NOTICE, said })
        })
        const asking = setInterval(() => {
            void logbook!.sendPacketAsync(Packet.onlyHeader(CMD_GET_REG | EmonLogbook.record.code))
        }, ASK_MS)
        heard()
    })
}
