import { confirm, isCancel, select } from "@clack/prompts"
import { NoChip, SeveralChips, SeveralPorts } from "../tools/deploy/errors"
import { type FoundPort, findPorts } from "../tools/serial-ports"

/** Whether somebody is there who could be asked. */
const isAsked = () => Boolean(process.stdin.isTTY && process.stdout.isTTY)

/**
 * Which of several chips with DeviceScript is meant; for `openChip`.
 * @throws SeveralChips where nobody can be asked, or nobody answers
 */
export async function chooseChip(paths: readonly string[]): Promise<string> {
    const ports = await findPorts()
    const choices = paths.map(path => ports.find(port => port.path === path) ?? { path, description: "" })
    const chosen = await choose("DeviceScript answers at several ports. Which chip?", choices)
    if (chosen === undefined) throw new SeveralChips(paths)
    return chosen
}

/**
 * The port of a chip that may not have DeviceScript yet, so that it cannot be told from an adapter.
 * @param path left out, the only one at USB, or the one that is chosen
 * @throws NoChip, SeveralPorts
 */
export async function portToFlash(path?: string): Promise<Pick<FoundPort, "path" | "usb">> {
    const ports = await findPorts()
    if (path !== undefined) return ports.find(port => port.path === path) ?? { path }
    const likely = ports.filter(({ kind }) => kind !== "other")
    if (likely.length === 0) throw new NoChip([])
    if (likely.length === 1) return likely[0]!
    const chosen = await choose("Which one is the board? An adapter for meters looks the same.", likely)
    const port = likely.find(one => one.path === chosen)
    if (!port) throw new SeveralPorts(likely.map(one => `${one.path} (${one.description})`))
    return port
}

/** Whether another firmware may go. @returns no where nobody can be asked */
export async function mayReplace(found: string): Promise<boolean> {
    if (!isAsked()) return false
    const answer = await confirm({
        message: `${found} is on the chip. Put DeviceScript's stock firmware in its place?`,
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
