import type { Duplex } from "node:stream"
import type { Clock } from "../clock"
import type { Standstill } from "./standstill"

/** Bytes that the ESP32's firmware reads at a time (`main/sock.c`). */
const PIECE = 1024

/**
 * Time between two pieces in ms. The firmware reads everything that has arrived, but only once in 10 ms, and the network
 * stack buffers at most 5744 bytes (`CONFIG_LWIP_TCP_WND_DEFAULT`).
 */
const PIECE_MS = 2

/**
 * Makes a socket deliver its data in pieces of the ESP32's size. Node delivers up to 64 KB at once, for which the runtime
 * has no room: it would stop where the chip does not. During a standstill, no piece comes. The "close" event comes after the
 * last piece.
 *
 * Must be called before any listener is added.
 */
export function receivePieces(socket: Duplex, clock: Clock, standstill: Standstill): void {
    const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => Duplex
    let rest: Buffer = Buffer.alloc(0)
    let onClose: (() => void) | undefined

    const receive = (data: Buffer, listener: (piece: Buffer) => void) => {
        const busy = rest.length > 0
        rest = Buffer.concat([rest, data])
        if (!busy) handOut(listener)
    }
    const handOut = (listener: (piece: Buffer) => void) => {
        const waitMs = standstill.left()
        if (waitMs > 0) {
            socket.pause()
            clock.setTimeout(() => handOut(listener), waitMs)
            return
        }
        const piece = rest.subarray(0, PIECE)
        rest = rest.subarray(PIECE)
        listener(piece)
        if (rest.length > 0) {
            socket.pause()
            clock.setTimeout(() => handOut(listener), PIECE_MS)
        } else {
            socket.resume()
            onClose?.()
        }
    }
    socket.on = ((event: string, listener: (data?: Buffer) => void) => {
        if (event === "data") return on("data", (data: Buffer) => receive(data, listener))
        if (event !== "close") return on(event, listener)
        return on("close", () => {
            if (rest.length > 0) onClose = listener
            else listener()
        })
    }) as typeof socket.on
}
