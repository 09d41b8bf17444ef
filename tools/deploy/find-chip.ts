import { findPorts } from "../serial-ports"
import { NoChip, PortUnusable, SeveralChips } from "./errors"
import { SerialBus } from "./serial-bus"

/** How long a chip that boots when its port is opened may take to announce itself, in ms. */
const SHOWS_MS = 5000

/** Chooses one of several ports. */
export type Choose = (paths: readonly string[]) => Promise<string>

/**
 * Opens the port at which a chip with DeviceScript answers; an RS485 adapter does not answer.
 * @param path if omitted, all USB ports are tried
 * @param choose called if several chips answer; if omitted, that is an error
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
 * Like {@link openChip}, for a given list of ports.
 * @param named the user has named the port, so an unusable port is an error
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

/** @param named the user has named this port, so an unusable port is an error */
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
