import { findPorts } from "../serial-ports"
import { NoChip, PortUnusable, SeveralChips } from "./errors"
import { SerialBus } from "./serial-bus"

/** A chip that boots after its port was opened shows itself within this. */
const SHOWS_MS = 5000

/** Asked which of several ports is meant. */
export type Choose = (paths: readonly string[]) => Promise<string>

/**
 * Opens the port at which a chip with DeviceScript answers. An adapter for meters does not.
 * @param path left out, all USB ports are tried
 * @param choose asked where several answer; left out, that is an error
 * @throws NoChip, SeveralChips, PortUnusable, and what `choose` throws
 */
export async function openChip(path?: string, choose?: Choose): Promise<SerialBus> {
    if (path !== undefined) return openAmong([path], { named: true })
    const ports = await findPorts()
    return openAmong(
        ports.filter(({ kind }) => kind !== "other").map(port => port.path),
        { choose },
    )
}

/**
 * The same among ports that are known.
 * @param named the owner has named the port, and hears why it cannot be used
 */
export async function openAmong(
    paths: readonly string[],
    { choose, named = false }: { readonly choose?: Choose; readonly named?: boolean } = {},
): Promise<SerialBus> {
    const opened = await Promise.all(paths.map(one => openIfChip(one, named)))
    const buses = opened.filter(bus => bus !== undefined)
    if (buses.length === 0) throw new NoChip(paths)
    if (buses.length === 1) return buses[0]!
    const answering = buses.map(bus => bus.path)
    let kept: SerialBus | undefined
    try {
        const chosen = await choose?.(answering)
        kept = buses.find(bus => bus.path === chosen)
    } finally {
        await Promise.all(buses.map(bus => (bus === kept ? undefined : bus.close())))
    }
    if (!kept) throw new SeveralChips(answering)
    return kept
}

/** @param named the owner wants this one, and hears why it cannot be used */
async function openIfChip(path: string, named: boolean): Promise<SerialBus | undefined> {
    let bus: SerialBus
    try {
        bus = await SerialBus.open(path)
    } catch (error) {
        if (named || !(error instanceof PortUnusable)) throw error
        return undefined
    }
    if (await bus.knock(SHOWS_MS)) return bus
    await bus.close()
    return undefined
}
