import { createInterface } from "node:readline/promises"
import type { MeterConfig } from "../wiring/config"
import type { LineCommand } from "./line-command"

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
 * Asks on the terminal.
 * @param question `undefined` where there is nothing to ask
 * @throws NotAgreed
 */
export async function agree(question: string | undefined): Promise<void> {
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
