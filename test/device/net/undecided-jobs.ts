import * as ds from "@devicescript/core"
import { SocketOwner } from "../../../src/net/socket"
import { failureOf } from "./failure"
import { FakeSocket } from "./fake-socket"
import { serveJobs } from "./jobs"

/**
 * Tries twice to connect on a chip whose attempts never end. Reports the calls to the firmware, and how long the second
 * attempt waited for the socket, in ms.
 */
export async function serveUndecided(port: number): Promise<void> {
    await serveJobs<object>(port, run)
}

async function run(): Promise<object> {
    const native = new FakeSocket()
    const sockets = new SocketOwner(native)
    const to = { host: "silent", port: 443, tls: true }
    await failureOf(async () => await sockets.connect(to, 100, 10))
    const start = ds.millis()
    await failureOf(async () => await sockets.connect(to, 600000, 10))
    return { history: native.history(), waited: ds.millis() - start }
}
