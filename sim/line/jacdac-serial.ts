import { addServer, type JDBus, type JDRegisterServer, Packet, SerialCmd, SerialServer } from "jacdac-ts"
import type { SerialLine } from "./serial-line"

/** Largest payload of a Jacdac packet in bytes. */
const MAX_PAYLOAD = 236

/** A line offered as a service on a Jacdac bus. */
export interface ServedLine {
    /** Removes the service from the bus; the line stays as it is. */
    stop(): void
}

/**
 * Serves a line as a Jacdac `serial` service, to which a `ds.Serial` role binds. Its `send` command puts bytes on the line.
 * Bytes from the line go out as `received` reports, at most 236 bytes each. The line determines baud rate and stop bits;
 * writing these registers changes nothing.
 */
export function serveLine(bus: JDBus, line: SerialLine, name = line.name): ServedLine {
    const server = new LineServer(line, name)
    const provider = addServer(bus, name, server)
    const unsubscribe = line.onData(bytes => server.report(bytes))
    return {
        stop() {
            unsubscribe()
            bus.removeServiceProvider(provider)
        },
    }
}

class LineServer extends SerialServer {
    constructor(line: SerialLine, name: string) {
        super({ ...line.settings, connectionName: name })
        this.connected.setValues([true])
        fix(this.baudRate)
        fix(this.stopBits)
        fix(this.dataBits)
        this.addCommand(SerialCmd.Send, packet => {
            const [connected] = this.connected.values()
            if (connected) line.send(packet.data)
        })
    }

    report(bytes: Uint8Array): void {
        for (let from = 0; from < bytes.length; from += MAX_PAYLOAD) {
            const payload = bytes.slice(from, from + MAX_PAYLOAD)
            void this.sendPacketAsync(Packet.from(SerialCmd.Received, payload))
        }
    }
}

/** Makes a register read-only. */
function fix(register: JDRegisterServer<[number]>): void {
    const values = register.values()
    register.valueProcessor = () => values
}
