import type { Clock, Timer } from "../../sim/clock"
import { EmonCmsServer } from "../../sim/emoncms/server"
import { ToxicProxy } from "../../sim/toxics/proxy"
import { Portal } from "../../tools/page/portal"
import { StoredValues } from "../../tools/page/stored-values"
import type { Wiring } from "../../tools/wiring/config"

/** The clock of a server, which can be wrong. */
class ServerClock implements Clock {
    /** How much it is ahead, in ms. */
    offset = 0

    constructor(private readonly clock: Clock) {}

    now(): number {
        return this.clock.now() + this.offset
    }

    setTimeout(callback: () => void, ms: number): Timer {
        return this.clock.setTimeout(callback, ms)
    }

    clearTimeout(timer: Timer | undefined): void {
        this.clock.clearTimeout(timer)
    }

    touch(): void {
        this.clock.touch?.()
    }
}

/** The built-in EmonCMS, with feeds, and with a way to it on which things can go wrong. */
export class StandIn {
    private constructor(
        readonly server: EmonCmsServer,
        readonly clock: ServerClock,
        readonly proxy: ToxicProxy,
        readonly portal: Portal,
        readonly stored: StoredValues,
        /** Where the device finds it. */
        readonly url: string,
    ) {}

    /**
     * @param node under which the device uploads
     * @param version of EmonCMS; the newest when left out
     */
    static async open(clock: Clock, node: string, wiring: Wiring, version?: string): Promise<StandIn> {
        const serverClock = new ServerClock(clock)
        const server = new EmonCmsServer({ clock: serverClock, version })
        const stored = await StoredValues.open(server, node, wiring)
        const { port } = await server.listen()
        const portal = await Portal.open()
        const target = { host: "127.0.0.1", port }
        const proxy = new ToxicProxy({ clock, target, network: portal.network })
        const { url } = await proxy.listen()
        return new StandIn(server, serverClock, proxy, portal, stored, url)
    }

    async close(): Promise<void> {
        await this.proxy.close()
        await this.portal.close()
        await this.server.close()
    }
}
