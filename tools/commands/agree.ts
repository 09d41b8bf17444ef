import { createInterface } from "node:readline/promises"
import type { MeterConfig } from "../wiring/config"
import type { LineCommand } from "./line-command"

/** Thrown when a command names a meter that is not wired. */
export class UnknownMeter extends Error {
    constructor(
        readonly meter: string,
        readonly wired: readonly string[],
    ) {
        super(`there is no meter ${meter}; choose from ${wired.join(", ")}`)
        this.name = "UnknownMeter"
    }
}

/** Thrown when the user has not agreed to a command that changes something. */
export class NotAgreed extends Error {
    /**
     * @param question what the user would have to agree to
     * @param asked whether the user said no; otherwise there was nobody to ask
     */
    constructor(
        readonly question: string,
        readonly asked: boolean,
    ) {
        super(asked ? "nothing was changed" : `${question} Without a terminal, confirm it with --yes.`)
        this.name = "NotAgreed"
    }
}

/** @throws UnknownMeter */
export function checkMeter(
    command: LineCommand,
    { meters }: { readonly meters: readonly MeterConfig[] },
): void {
    if (!("meter" in command)) return
    const wired = meters.map(({ name }) => name)
    if (!wired.includes(command.meter)) throw new UnknownMeter(command.meter, wired)
}

/**
 * Asks the user on the terminal.
 * @param question `undefined` if there is nothing to ask
 * @throws NotAgreed
 */
export async function agree(question: string | undefined): Promise<void> {
    if (question === undefined) return
    if (!process.stdin.isTTY) throw new NotAgreed(question, false)
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    try {
        const answer = await terminal.question(`${question} [y/N] `)
        if (!/^y(es)?$/i.test(answer.trim())) throw new NotAgreed(question, true)
    } finally {
        terminal.close()
    }
}
