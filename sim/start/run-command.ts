import { createInterface } from "node:readline/promises"
import { compileProgram } from "../../tools/compile/compile"
import type { Config, Wiring } from "../../tools/wiring/config"
import type { VirtualClock } from "../clock"
import type { SerialLine } from "../line/serial-line"
import { Simulation } from "../simulation"
import type { LogLine } from "../vm/device"
import { COMMAND_PROGRAM, type LineCommand, orderSource, questionAbout } from "./commands"
import type { ConsoleView } from "./console-view"

/** What a command came to. */
export interface CommandOutcome {
    readonly done: boolean
    /** What the program said of it, line by line; the last one is the result. */
    readonly said: readonly string[]
}

/** A command names a meter that is not wired. */
export class UnknownMeter extends Error {
    constructor(
        readonly meter: string,
        readonly wired: readonly string[],
    ) {
        super(`no meter is called ${meter}; there is ${wired.join(", ")}`)
        this.name = "UnknownMeter"
    }
}

/** A command that changes a meter was not agreed to. */
export class NotAgreed extends Error {
    /** @param asked whether somebody said no; else there was nobody to ask */
    constructor(readonly asked: boolean) {
        super(asked ? "nothing was changed" : "this changes a meter; add --yes where nobody can be asked")
        this.name = "NotAgreed"
    }
}

export interface CommandSurroundings {
    readonly clock: VirtualClock
    readonly line: SerialLine
    readonly wiring: Wiring
    /** As for `compileProgram`. */
    readonly config: Config | undefined
    /** The user has agreed beforehand. */
    readonly yes: boolean
    readonly view: Pick<ConsoleView, "show">
}

/**
 * Runs the program that carries out one command on a line, until it has ended.
 *
 * It is a program of its own, compiled with the command in it: so it needs no remote control, and is on hardware what
 * it is here.
 *
 * @throws UnknownMeter, NotAgreed
 */
export async function runCommand(
    command: LineCommand,
    { clock, line, wiring, config, yes, view }: CommandSurroundings,
): Promise<CommandOutcome> {
    checkMeter(command, wiring)
    if (!yes) await agree(command)
    const overrides = orderSource(command)
    const program = await compileProgram({ entry: COMMAND_PROGRAM, target: "simulator", config, overrides })
    const listener = new CommandListener()
    const simulation = new Simulation({
        clock,
        bytecode: program.bytecode,
        line,
        settings: new Map(),
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

/** Listens to the program until its command has ended. */
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

    /** The program was stopped by a failure of its own. */
    stopped(code: number): void {
        if (code !== 0) this.end({ done: false, said: [`the program stopped with panic ${code}`] })
    }
}

function checkMeter(command: LineCommand, wiring: Wiring): void {
    if (!("meter" in command)) return
    const wired = wiring.meters.map(({ name }) => name)
    if (!wired.includes(command.meter)) throw new UnknownMeter(command.meter, wired)
}

/** Asks on the terminal before a meter is changed. */
async function agree(command: LineCommand): Promise<void> {
    const question = questionAbout(command)
    if (question === undefined) return
    if (!process.stdin.isTTY) throw new NotAgreed(false)
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    try {
        const answer = await terminal.question(`${question} [y/N] `)
        if (!/^y(es)?$/i.test(answer.trim())) throw new NotAgreed(true)
    } finally {
        terminal.close()
    }
}
