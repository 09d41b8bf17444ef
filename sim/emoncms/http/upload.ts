import type { IncomingMessage } from "node:http"
import type { Clock } from "../../clock"
import type { Connection } from "./connection"
import type { WebServer } from "./web-server"

/** The received body of a request. */
export interface Upload {
    /** The bytes; empty if there were too many. */
    readonly body: Buffer
    readonly tooLarge: boolean
    /** Whether the client stopped sending before the end. */
    readonly stalled: boolean
}

/** Receives the body of a request. Resolves to `undefined` if the connection is lost before its end. */
export function receiveUpload(
    request: IncomingMessage,
    connection: Connection,
    clock: Clock,
    webServer: WebServer,
): Promise<Upload | undefined> {
    const startedAt = clock.now()
    const chunks: Buffer[] = []
    let received = 0
    return new Promise(resolve => {
        const finish = (stalled: boolean) => {
            const tooLarge = received > webServer.bodyLimit
            resolve({ body: Buffer.concat(tooLarge ? [] : chunks), tooLarge, stalled })
        }
        const limit = () => {
            const deadline = webServer.bodyDeadline({ startedAt, lastByteAt: clock.now(), received })
            connection.limit(deadline - clock.now(), () => finish(true))
        }
        limit()
        request.on("data", (chunk: Buffer) => {
            received += chunk.length
            if (received <= webServer.bodyLimit) chunks.push(chunk)
            limit()
        })
        request.on("end", () => finish(false))
        request.on("close", () => resolve(undefined))
    })
}
