import type { Socket } from "node:net"

/** What a server does with a connection, from its first moment on. */
export type Behavior = (socket: Socket) => void

/** Acts once the request has arrived. The requests of these tests arrive in one piece. */
const onRequest =
    (act: (socket: Socket) => void): Behavior =>
    socket =>
        socket.once("data", () => act(socket))

/** Sends `parts` one after the other, each in a segment of its own, then calls `last`. */
async function inSegments(socket: Socket, parts: string[], last: (socket: Socket) => void): Promise<void> {
    socket.setNoDelay(true)
    for (const part of parts) {
        if (socket.destroyed) return
        socket.write(part)
        await new Promise(resolve => setTimeout(resolve, 1))
    }
    last(socket)
}

/** Sends the same text again and again, as fast as the socket takes it. */
function endlessly(socket: Socket, text: string): void {
    const write = () => {
        while (!socket.destroyed && socket.write(text)) {}
    }
    socket.on("drain", write)
    write()
}

const end = (socket: Socket): void => void socket.end()
const reset = (socket: Socket): void => void socket.resetAndDestroy()
const leaveOpen = (): void => {}

export const silence: Behavior = socket => void socket.resume()
export const closeAtOnce: Behavior = end
export const resetAtOnce: Behavior = reset
export const closeBeforeStatus = onRequest(end)
export const resetBeforeStatus = onRequest(reset)

export const reply = (text: string): Behavior => onRequest(socket => socket.end(text))
export const replyAndStayOpen = (text: string): Behavior => onRequest(socket => socket.write(text))
export const replyAndReset = (text: string): Behavior =>
    onRequest(socket => void inSegments(socket, [text], reset))
export const segments = (...parts: string[]): Behavior =>
    onRequest(socket => void inSegments(socket, parts, leaveOpen))
export const drip = (text: string): Behavior =>
    onRequest(socket => void inSegments(socket, [...text], leaveOpen))
export const endless = (start: string, more: string): Behavior =>
    onRequest(socket => {
        socket.write(start)
        endlessly(socket, more)
    })

/** A reply that never ends, but is never silent for long either. */
export const trickle = (start: string): Behavior =>
    onRequest(socket => {
        socket.write(start)
        const timer = setInterval(() => socket.write("."), 10)
        socket.on("close", () => clearInterval(timer))
    })
