import net, { type Socket } from "node:net"
import { FrameReader, framed } from "../../sim/bus/framing"
import { fenced } from "./breakpoint-fence"
import { DEVTOOLS_PORTS } from "./ports"

/*
 * Import this before `devs vm`: it passes everything that comes from the bus through the breakpoint fence.
 */

const [, BUS_PORT] = DEVTOOLS_PORTS
const { createConnection } = net

net.createConnection = ((...args: Parameters<typeof createConnection>) => {
    const socket = createConnection(...args)
    // Connections of the program itself are not the bus.
    if ((args as unknown[])[0] !== BUS_PORT) return socket
    const on = socket.on.bind(socket) as (event: string, listener: (bytes: Uint8Array) => void) => Socket
    socket.on = ((event: string, listener: (bytes: Uint8Array) => void) => {
        if (event !== "data") return on(event, listener)
        const reader = new FrameReader(frame => {
            for (const one of fenced(frame)) listener(framed(one))
        })
        return on(event, bytes => reader.read(bytes))
    }) as typeof socket.on
    return socket
}) as typeof createConnection
