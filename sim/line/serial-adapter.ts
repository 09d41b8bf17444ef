import { SerialPort } from "serialport"
import { DEFAULT_SETTINGS, type LineSettings, type SerialLine } from "./serial-line"
import { namedOpenError, PortLost } from "./serial-port-errors"

/**
 * Opens a real line: an RS485 adapter on a serial port of this computer. It runs on wall time. If the adapter is unplugged,
 * the next `send` notices it at the latest.
 *
 * @param path device file, for example `/dev/ttyUSB0`, or `COM3`
 * @throws SerialPortError or one of its subclasses, when the port cannot be opened
 */
export async function openSerialAdapter(
    path: string,
    settings: LineSettings = DEFAULT_SETTINGS,
): Promise<SerialLine> {
    const port = new SerialPort({ path, parity: "none", ...settings, dataBits: 8, autoOpen: false })
    await new Promise<void>((resolve, reject) => {
        port.open(error => (error ? reject(namedOpenError(path, error)) : resolve()))
    })
    const lostListeners = new Set<(reason: Error) => void>()
    let lost = false
    const lose = (cause: Error) => {
        if (lost) return
        lost = true
        if (port.isOpen) port.close()
        for (const listener of lostListeners) listener(new PortLost(path, cause))
    }
    port.on("error", lose)
    port.on("close", (cause: Error | null) => cause && lose(cause))
    port.resume()

    return {
        name: path,
        settings,
        send(bytes) {
            if (port.isOpen) port.write(Buffer.from(bytes))
        },
        onData(listener) {
            port.on("data", listener)
            return () => port.off("data", listener)
        },
        onLost(listener) {
            lostListeners.add(listener)
            return () => lostListeners.delete(listener)
        },
        close() {
            return new Promise(resolve => (port.isOpen ? port.close(() => resolve()) : resolve()))
        },
    }
}
