import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import type { Duplex } from "node:stream"
import type { Clock } from "../../clock"
import type { PhpReply, PhpRequest } from "../reply"
import { Connection } from "./connection"
import { receiveUpload, type Upload } from "./upload"
import { REQUEST_LINE_LIMIT, type WebReply, type WebServer } from "./web-server"

/** Most bytes of headers that a request can have without being refused. */
const MAX_HEAD_SIZE = 64 * 1024

/**
 * Listens, turns requests on the wire into requests to PHP, and turns PHP's replies into replies on the wire, in the manner
 * of one web server. All time limits run on the given clock, and so does the `Date` header. Stricter than both servers in
 * one respect: bare line feeds and methods unknown to Node are refused.
 */
export class HttpFront {
    /** Requests seen, including refused ones. */
    requests = 0
    /** Bytes received, including heads and framing. */
    bytesReceived = 0

    private readonly connections = new Map<Socket, Connection>()
    private readonly server = createServer({
        requireHostHeader: false,
        maxHeaderSize: MAX_HEAD_SIZE,
        keepAliveTimeout: 0,
        headersTimeout: 0,
        requestTimeout: 0,
    })

    constructor(
        private readonly clock: Clock,
        private readonly webServer: WebServer,
        private readonly php: (request: PhpRequest) => Promise<PhpReply>,
    ) {
        this.server.on("connection", (socket: Socket) => this.accept(socket))
        this.server.on("request", (request, response) => this.serve(request, response))
        this.server.on("clientError", (_, socket) => this.refuseUnparsed(socket as Socket, 400))
    }

    /** The port it listens on. */
    get port(): number {
        return (this.server.address() as AddressInfo).port
    }

    /** Starts listening; rejects if the port is taken. */
    listen(port: number, host: string): Promise<void> {
        return new Promise((resolve, reject) => {
            this.server.once("error", reject)
            this.server.listen(port, host, () => {
                this.server.off("error", reject)
                resolve()
            })
        })
    }

    /** Serves a connection that does not come through the port. */
    connect(socket: Duplex): void {
        this.server.emit("connection", socket)
    }

    /** Stops listening and cuts all connections. */
    async close(): Promise<void> {
        const closed = new Promise(resolve => this.server.close(resolve))
        for (const socket of this.connections.keys()) socket.destroy()
        await closed
    }

    private accept(socket: Socket): void {
        this.clock.touch?.()
        const connection = new Connection(socket, this.clock, this.webServer, {
            received: count => {
                this.clock.touch?.()
                this.bytesReceived += count
            },
            headStalled: () => {
                if (this.webServer.answersStalled && socket.bytesRead > 0) this.refuseUnparsed(socket, 408)
                else socket.destroy()
            },
        })
        this.connections.set(socket, connection)
        socket.on("close", () => this.connections.delete(socket))
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        this.requests++
        const connection = this.connections.get(request.socket)!
        connection.beginRequest()
        const upload = await receiveUpload(request, connection, this.clock, this.webServer)
        if (!upload || (upload.stalled && !this.webServer.answersStalled)) {
            request.socket.destroy()
            return
        }
        const query = this.rewrite(request, upload)
        const refused = typeof query === "number"
        const reply: WebReply = refused
            ? this.webServer.errorPage(query, hostName(request), this.port)
            : await this.php(this.requestToPhp(request, query, upload))
        const mayKeep = request.httpVersion === "1.1" || this.webServer.keepsHttp10
        const keeps = response.shouldKeepAlive && mayKeep && !refused && !upload.stalled
        const requestsLeft = keeps ? this.webServer.requestsPerConnection - connection.requests : 0
        const headers = this.webServer.headers(reply, {
            date: this.date(),
            method: request.method!,
            httpVersion: request.httpVersion,
            length: Buffer.byteLength(reply.body),
            streamed: !refused,
            requestsLeft,
            keepAliveAsked: /keep-alive/i.test(request.headers.connection ?? ""),
        })
        response.sendDate = false
        // Otherwise Node would add one if the list has none.
        response.removeHeader("Connection")
        response.once("finish", () => requestsLeft > 0 && connection.endRequest())
        response.writeHead(reply.status, reply.reason ?? STATUS_CODES[reply.status]!, headers)
        this.clock.touch?.()
        response.end(reply.body)
    }

    /** PHP's query string, or the status of a page that the web server answers itself. */
    private rewrite({ method, url, httpVersion, headers }: IncomingMessage, upload: Upload): string | number {
        if (`${method} ${url} HTTP/${httpVersion}`.length > REQUEST_LINE_LIMIT) return 414
        if (headers.host === undefined && httpVersion === "1.1") return 400
        return upload.tooLarge ? 413 : this.webServer.rewrite(url!)
    }

    private requestToPhp({ method, headers }: IncomingMessage, query: string, { body }: Upload): PhpRequest {
        return {
            method: method!,
            query,
            contentType: headers["content-type"],
            authorization: this.webServer.authorization(headers.authorization),
            host: headers.host,
            body,
        }
    }

    /** Answers input that is not a request, unless an earlier request of the connection is still in progress. */
    private refuseUnparsed(socket: Socket, status: number): void {
        const connection = this.connections.get(socket)
        if (!connection || connection.busy || !socket.writable) return
        this.requests++
        const page = this.webServer.errorPage(status, localHost(socket), this.port)
        const headers = this.webServer.headers(page, {
            date: this.date(),
            method: "GET",
            httpVersion: "1.1",
            length: Buffer.byteLength(page.body),
            streamed: false,
            requestsLeft: 0,
            keepAliveAsked: false,
        })
        const lines = headers.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${headers[i + 1]}\r\n`] : []))
        socket.end(`HTTP/1.1 ${status} ${page.reason}\r\n${lines.join("")}\r\n${page.body}`)
    }

    /** The clock's time in the format of RFC 7231. */
    private date(): string {
        return new Date(this.clock.now()).toUTCString()
    }
}

function hostName({ headers, socket }: IncomingMessage): string {
    return headers.host?.replace(/:\d*$/, "") ?? localHost(socket)
}

function localHost(socket: Socket): string {
    return socket.localAddress ?? ""
}
