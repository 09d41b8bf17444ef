import type { Clock } from "../../sim/clock"
import { EmonCmsServer } from "../../sim/emoncms/server"
import { RemoteClock } from "../../sim/remote-clock"
import { ToxicProxy } from "../../sim/toxics/proxy"
import { Portal } from "../../tools/page/portal"
import { StoredValues } from "../../tools/page/stored-values"
import type { Wiring } from "../../tools/wiring/config"

/** The built-in EmonCMS with feeds, behind a network path in which faults can be caused. */
export class StandIn {
    private constructor(
        readonly server: EmonCmsServer,
        readonly clock: RemoteClock,
        readonly proxy: ToxicProxy,
        readonly portal: Portal,
        readonly stored: StoredValues,
        /** Its address for the device. */
        readonly url: string,
        /** Its address for a browser, which works whatever fault is on the device's path. */
        readonly overview: string,
    ) {}

    /**
     * @param node the node to which the device uploads
     * @param version of EmonCMS. Defaults to the newest
     */
    static async open(clock: Clock, node: string, wiring: Wiring, version?: string): Promise<StandIn> {
        const serverClock = new RemoteClock(clock)
        const server = new EmonCmsServer({ clock: serverClock, version })
        const stored = await StoredValues.open(server, node, wiring)
        const { port, overview } = await server.listen()
        const portal = await Portal.open()
        const target = { host: "127.0.0.1", port }
        const proxy = new ToxicProxy({ clock, target, network: portal.network })
        const { url } = await proxy.listen()
        return new StandIn(server, serverClock, proxy, portal, stored, url, overview)
    }

    async close(): Promise<void> {
        await this.proxy.close()
        await this.portal.close()
        await this.server.close()
    }
}
