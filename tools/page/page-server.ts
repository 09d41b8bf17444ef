import { once } from "node:events"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { type WebSocket, WebSocketServer } from "ws"
import { assetAt } from "./assets"
import { Guard, PROTOCOL } from "./guard"
import type { FromPage, ToPage } from "./messages"
import { readMessage } from "./read-message"

const HOST = "127.0.0.1"

/** Default port of the live page. */
const PAGE_PORT = 8093

/** Longest message from a page, in bytes. */
const LONGEST_MESSAGE = 4096
/** A page with more unsent bytes than this is too slow and is disconnected. It reconnects by itself. */
const MOST_UNSENT = 16 * 1024 * 1024
const MOST_PAGES = 32

/** Another process listens at the port of the live page. */
export class PagePortTaken extends Error {
    constructor(readonly port: number) {
        super(`port ${port} is taken; choose another one for the live page with --page`)
        this.name = "PagePortTaken"
    }
}

/** Sends messages to a page, all at once. */
export type Send = (...messages: readonly ToPage[]) => void

/** Exchanges messages with the open pages. */
export interface PageHost {
    /** Called when a page is opened. */
    join(send: Send): { receive(message: FromPage): void; leave(): void }
}

/** Serves the live page to browsers on this computer. */
export class PageServer {
    private readonly guard: Guard
    private readonly sockets = new WebSocketServer({
        noServer: true,
        maxPayload: LONGEST_MESSAGE,
        handleProtocols: () => PROTOCOL,
    })

    /** All connections, including those that Node no longer knows because they have asked for a web socket. */
    private readonly connections = new Set<Duplex>()

    private constructor(
        private readonly server: Server,
        private readonly host: PageHost,
        readonly port: number,
    ) {
        this.guard = new Guard(port)
        server.on("connection", socket => {
            this.connections.add(socket)
            socket.on("close", () => this.connections.delete(socket))
        })
        server.on("request", (request, response) => {
            this.answer(request, response).catch(error => response.destroy(error))
        })
        server.on("upgrade", (request, socket, head) => this.open(request, socket, head))
    }

    /**
     * @param port 0 for any free one; if omitted, the default port, or any free one if that is taken
     * @throws PagePortTaken
     */
    static async open(host: PageHost, port?: number): Promise<PageServer> {
        if (port !== undefined) return PageServer.listen(host, port)
        try {
            return await PageServer.listen(host, PAGE_PORT)
        } catch (error) {
            if (!(error instanceof PagePortTaken)) throw error
            return PageServer.listen(host, 0)
        }
    }

    private static async listen(host: PageHost, port: number): Promise<PageServer> {
        const server = createServer()
        server.listen(port, HOST)
        try {
            await once(server, "listening")
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw new PagePortTaken(port)
            throw error
        }
        return new PageServer(server, host, (server.address() as AddressInfo).port)
    }

    get url(): string {
        return `http://${HOST}:${this.port}/`
    }

    async close(): Promise<void> {
        this.server.close()
        for (const socket of this.connections) socket.destroy()
        await once(this.server, "close")
    }

    private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        for (const [name, value] of Object.entries(this.headers())) response.setHeader(name, value)
        const refusal = this.guard.refusalOf(request)
        const asset = refusal === undefined ? await assetAt(request.url ?? "", this.guard.token) : undefined
        if (asset) {
            response.writeHead(200, { "Content-Type": asset.type, "Content-Length": asset.body.length })
            response.end(request.method === "HEAD" ? undefined : asset.body)
            return
        }
        const text = refusal === undefined ? "Page not found." : `Refused: ${refusal}.`
        response.writeHead(refusal === undefined ? 404 : 403, { "Content-Type": "text/plain; charset=utf-8" })
        response.end(`${text}\n`)
    }

    /** Forbids the browser to load foreign content into the page, and to embed the page in foreign pages. */
    private headers(): Record<string, string> {
        const policy = [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            `connect-src 'self' ws://${HOST}:${this.port} ws://localhost:${this.port}`,
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
        return {
            "Content-Security-Policy": policy.join("; "),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
    }

    private open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
        socket.on("error", () => socket.destroy())
        const crowded = this.sockets.clients.size >= MOST_PAGES ? "too many pages are open" : undefined
        const refusal = this.guard.socketRefusalOf(request) ?? crowded
        if (refusal !== undefined) {
            // Its other side may never end.
            const answer = `HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nRefused: ${refusal}.\n`
            socket.end(answer, () => socket.destroy())
            return
        }
        this.sockets.handleUpgrade(request, socket, head, page => this.serve(page))
    }

    private serve(page: WebSocket): void {
        const member = this.host.join((...messages) => {
            if (page.bufferedAmount > MOST_UNSENT) page.terminate()
            else page.send(JSON.stringify(messages))
        })
        page.on("message", data => {
            const message = readMessage(String(data))
            if (message) member.receive(message)
            else page.close(1008, "not a message of the live page")
        })
        page.on("error", () => page.terminate())
        page.on("close", () => member.leave())
    }
}
