import type { VirtualClock } from "../../sim/clock"
import type { GatewayHabits } from "../../sim/line/gateway-habits"
import type { SerialLine } from "../../sim/line/serial-line"
import { Rig } from "../../sim/rig"
import type { LogLine } from "../../sim/vm/device"
import { agree, checkMeter } from "../../tools/commands/agree"
import {
    COMMAND_PROGRAM,
    type LineCommand,
    orderSource,
    questionAbout,
} from "../../tools/commands/line-command"
import type { CommandOutcome } from "../../tools/commands/outcome"
import { buildImage } from "../../tools/image"
import type { Config } from "../../tools/wiring/config"
import type { ConsoleView } from "./console-view"

/** Beginning of what the program says of the command, and the lines at its end. */
const SAID = "command: "
const DONE = "command ended: done"
const ENDING = /^command ended: (done|failed)$/

export interface CommandSurroundings {
    readonly clock: VirtualClock
    readonly line: SerialLine
    readonly config: Config
    /** The user has agreed in advance. */
    readonly yes: boolean
    readonly view: Pick<ConsoleView, "show">
    readonly realGateway?: boolean
    readonly gatewayHabits?: GatewayHabits
}

/**
 * Carries out one command on a line, and waits until it has ended.
 *
 * The command is compiled into a program of its own, which therefore needs no remote control, and works the same on hardware.
 *
 * @throws UnknownMeter, NotAgreed
 */
export async function runCommand(
    command: LineCommand,
    { clock, line, config, yes, view, realGateway, gatewayHabits }: CommandSurroundings,
): Promise<CommandOutcome> {
    checkMeter(command, config)
    if (!yes) await agree(questionAbout(command))
    const { bytecode, hardware } = await buildImage({
        entry: COMMAND_PROGRAM,
        config,
        overrides: orderSource(command),
    })
    const onLog = (entry: LogLine) => view.show(entry)
    const rig = new Rig({ clock, bytecode, hardware, line, realGateway, gatewayHabits, onLog })
    const ending = () => rig.log.find(({ level, text }) => level === "debug" && ENDING.test(text))
    await rig.start()
    await rig.told(() => ending() !== undefined || rig.panics.length > 0)
    // Clock and line stay in use.
    await rig.simulation.stop()
    const end = ending()
    if (!end) return { done: false, said: [`the program stopped with panic ${rig.panics[0]}`] }
    const told = rig.log.filter(({ text }) => text.startsWith(SAID))
    return { done: end.text === DONE, said: told.map(({ text }) => text.slice(SAID.length)) }
}
