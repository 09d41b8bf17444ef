import type { VirtualClock } from "../../sim/clock"
import type { GatewayHabits } from "../../sim/line/gateway-habits"
import type { SerialLine } from "../../sim/line/serial-line"
import { Simulation } from "../../sim/simulation"
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
    const image = await buildImage({ entry: COMMAND_PROGRAM, config, overrides: orderSource(command) })
    const listener = new CommandListener()
    const simulation = new Simulation({
        clock,
        bytecode: image.bytecode,
        hardware: image.hardware,
        line,
        settings: new Map(),
        realGateway,
        gatewayHabits,
        onLog: entry => {
            view.show(entry)
            listener.hear(entry)
        },
        onProgramStop: code => listener.stopped(code),
    })
    await simulation.start()
    const outcome = await listener.outcome
    await simulation.stop()
    return outcome
}

/** Listens to the program's log until its command has ended. */
class CommandListener {
    readonly outcome: Promise<CommandOutcome>
    private readonly said: string[] = []
    private end: (outcome: CommandOutcome) => void = () => {}

    constructor() {
        this.outcome = new Promise(resolve => {
            this.end = resolve
        })
    }

    hear({ level, text }: LogLine): void {
        const [, ending] = /^command ended: (done|failed)$/.exec(text) ?? []
        if (level === "debug" && ending) this.end({ done: ending === "done", said: this.said })
        else if (text.startsWith("command: ")) this.said.push(text.slice("command: ".length))
    }

    /** Called when the program stops. A code other than 0 is a panic. */
    stopped(code: number): void {
        if (code !== 0) this.end({ done: false, said: [`the program stopped with panic ${code}`] })
    }
}
