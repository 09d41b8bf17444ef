import type { Clock } from "../clock"
import { crc16, withCrc } from "../meter/rtu"
import type { Address, Listener, TcpNetwork } from "../tcp/tcp"
import { GatewayConnection } from "./gateway-connection"
import { GatewayHabits } from "./gateway-habits"
import type { SerialLine } from "./serial-line"

/** How a gateway in the network passes Modbus to its serial line. */
export type GatewayMode = "modbus-tcp" | "rtu-over-tcp"

/** MBAP header: transaction, protocol, length; then unit and PDU. */
const HEAD_BYTES = 6
const LENGTH_AT = 4

/** How long a server has to answer, in ms, and the exception that reports to the client that it has not. */
const PATIENCE_MS = 1000
const NO_ANSWER = 0x0b
/** The exception of a busy gateway. */
const BUSY = 6

/**
 * A gateway between a network and a serial line. For Modbus TCP it translates frames between the two protocols, and answers
 * for a server that is silent. Otherwise it passes all bytes on, in both directions.
 */
export function serveGateway(
    network: TcpNetwork,
    address: Address,
    mode: GatewayMode,
    line: SerialLine,
    clock: Clock,
    habits = new GatewayHabits(),
): Promise<Listener> {
    const master = new Master(line, clock)
    return network.listen(address, socket => {
        socket.on("error", () => socket.destroy())
        socket.on("end", () => socket.end())
        const connection = new GatewayConnection(socket, clock, habits)
        if (mode === "modbus-tcp") translate(connection, master, habits)
        else socket.once("close", passOn(connection, line, habits))
    })
}

/** @returns a function that ends it */
function passOn(connection: GatewayConnection, line: SerialLine, habits: GatewayHabits): () => void {
    connection.onData(bytes => {
        if (bytes.length > 1 && habits.shows("busy")) connection.write(withCrc(refusal(bytes, BUSY)))
        else line.send(bytes)
    })
    return line.onData(bytes => connection.write(bytes))
}

function refusal([unit, code]: Uint8Array, exception: number): Buffer {
    return Buffer.of(unit!, code! | 0x80, exception)
}

function translate(connection: GatewayConnection, master: Master, habits: GatewayHabits): void {
    let received: Buffer = Buffer.alloc(0)
    connection.onData(bytes => {
        received = Buffer.concat([received, bytes])
        while (received.length >= HEAD_BYTES) {
            const length = received.readUInt16BE(LENGTH_AT)
            if (received.length < HEAD_BYTES + length) return
            const head = Buffer.from(received.subarray(0, HEAD_BYTES))
            const body = Buffer.from(received.subarray(HEAD_BYTES, HEAD_BYTES + length))
            received = received.subarray(HEAD_BYTES + length)
            const answer = habits.shows("busy") ? Promise.resolve(refusal(body, BUSY)) : master.ask(body)
            void answer.then(reply => {
                if (!connection.isOpen) return
                head.writeUInt16BE(reply.length, LENGTH_AT)
                connection.write(Buffer.concat([head, reply]))
            })
        }
    })
}

/** Sends requests to the line, one after the other. */
class Master {
    private last: Promise<unknown> = Promise.resolve()

    constructor(
        private readonly line: SerialLine,
        private readonly clock: Clock,
    ) {}

    /** @returns the reply without its checksum, or an exception */
    ask(body: Buffer): Promise<Buffer> {
        const answer = this.last.then(() => this.exchange(body))
        this.last = answer
        return answer
    }

    private exchange(body: Buffer): Promise<Buffer> {
        const { line, clock } = this
        return new Promise(resolve => {
            let received: Buffer = Buffer.alloc(0)
            const finish = (reply: Buffer) => {
                unsubscribe()
                clock.clearTimeout(timer)
                resolve(reply)
            }
            const timer = clock.setTimeout(() => finish(refusal(body, NO_ANSWER)), PATIENCE_MS)
            const unsubscribe = line.onData(bytes => {
                received = Buffer.concat([received, bytes])
                const frame = received.subarray(0, -2)
                if (frame.length < 2 || crc16(frame) !== received.readUInt16LE(frame.length)) return
                finish(frame)
            })
            const checksum = Buffer.alloc(2)
            checksum.writeUInt16LE(crc16(body))
            line.send(Buffer.concat([body, checksum]))
        })
    }
}
