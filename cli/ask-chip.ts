import { confirm, isCancel, select } from "@clack/prompts"
import { NoChip, SeveralChips, SeveralPorts } from "../tools/deploy/errors"
import { type FoundPort, findPorts } from "../tools/serial-ports"

/** Whether there is a terminal at which to ask. */
const isAsked = () => Boolean(process.stdin.isTTY && process.stdout.isTTY)

/**
 * Asks which of several chips with DeviceScript to use; for `openChip`.
 * @throws SeveralChips without a terminal, or when the user cancels
 */
export async function chooseChip(paths: readonly string[]): Promise<string> {
    const ports = await findPorts()
    const choices = paths.map(path => ports.find(port => port.path === path) ?? { path, description: "" })
    const chosen = await choose("DeviceScript answers on several ports. Which one is the chip?", choices)
    if (chosen === undefined) throw new SeveralChips(paths)
    return chosen
}

/**
 * The port of a chip to be flashed. A chip without DeviceScript cannot be told from an RS485 adapter.
 * @param path if omitted, the only USB port, or the one that the user chooses
 * @throws NoChip, SeveralPorts
 */
export async function portToFlash(path?: string): Promise<Pick<FoundPort, "path" | "usb">> {
    const ports = await findPorts()
    if (path !== undefined) return ports.find(port => port.path === path) ?? { path }
    const likely = ports.filter(({ kind }) => kind !== "other")
    if (likely.length === 0) throw new NoChip([])
    if (likely.length === 1) return likely[0]!
    const chosen = await choose("Which one is the board? An RS485 adapter looks the same.", likely)
    const port = likely.find(one => one.path === chosen)
    if (!port) throw new SeveralPorts(likely.map(one => `${one.path} (${one.description})`))
    return port
}

/** Asks whether to replace another firmware. @returns `false` without a terminal */
export async function mayReplace(found: string): Promise<boolean> {
    if (!isAsked()) return false
    const answer = await confirm({
        message: `${found} is on the chip. Replace it with DeviceScript's stock firmware?`,
        initialValue: false,
    })
    return answer === true
}

async function choose(
    message: string,
    ports: readonly Pick<FoundPort, "path" | "description">[],
): Promise<string | undefined> {
    if (!isAsked()) return undefined
    const options = ports.map(({ path, description }) => ({ value: path, label: path, hint: description }))
    const chosen = await select({ message, options })
    return isCancel(chosen) ? undefined : chosen
}
