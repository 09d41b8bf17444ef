import type { I2cBus } from "../../src/device/i2c-slots"
import type { JacdacSerial } from "../../src/line/ports/jacdac-serial"

const PATIENCE_MS = 1000

/** An I2C bus whose chip is on the host, because the 32 KB of the chip's memory would take half of the heap. */
export function busAt(desk: JacdacSerial): I2cBus {
    return {
        xfer: async (_address, data, numRead = 0) => {
            const head = Buffer.alloc(1)
            head[0] = numRead
            const reply = await desk.exchange(
                Buffer.concat(head, data),
                PATIENCE_MS,
                received => received.length > 0 && (received[0] === 0 || received.length > numRead),
            )
            if (reply[0] !== 1) throw new Error("not acknowledged")
            return reply.slice(1)
        },
    }
}
