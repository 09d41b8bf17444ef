import { once } from "node:events"
import { createServer } from "node:net"
import { setTimeout as wait } from "node:timers/promises"

const HOST = "127.0.0.1"

/** Fixed ports of stock `devs devtools`: its pages, its bus, its debugger. */
export const DEVTOOLS_PORTS = [8081, 8082, 8083] as const

/** How long to wait for a process that was just stopped and may still hold its ports, in ms. */
const PATIENCE_MS = 15_000
const LOOK_MS = 250

/** Another process uses a port that DeviceScript's tools need. */
export class PortsTaken extends Error {
    constructor(readonly ports: readonly number[]) {
        super(
            `Port ${ports.join(" and ")} is in use, most likely by another devs devtools. End it, and press F5 again. ` +
                'If the DeviceScript extension started it, "devicescript.devtools.autoStart": false prevents that.',
        )
        this.name = "PortsTaken"
    }
}

/**
 * Waits until all ports are free.
 * @throws PortsTaken
 */
export async function untilFree(ports: readonly number[] = DEVTOOLS_PORTS): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; ; await wait(LOOK_MS)) {
        const free = await Promise.all(ports.map(isFree))
        const taken = ports.filter((_, i) => !free[i])
        if (taken.length === 0) return
        if (performance.now() > end) throw new PortsTaken(taken)
    }
}

async function isFree(port: number): Promise<boolean> {
    const server = createServer()
    server.listen(port, HOST)
    try {
        await once(server, "listening")
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false
        throw error
    }
    server.close()
    await once(server, "close")
    return true
}
