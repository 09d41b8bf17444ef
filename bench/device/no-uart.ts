import { answer, connectHost, hostPin, nextCommand } from "../../test/device/line/ports/spi-uart/host-wire"

/** What `served-port.ts` is without a port: the heap of the one less that of the other is the port's. */

connectHost()
const pins = [hostPin(23), hostPin(19)]
for (;;) {
    const command = await nextCommand()
    answer({ command, pins: pins.length })
}
