import { answer, connectHost, hostPin, nextCommand } from "../../test/device/line/ports/spi-uart/host-wire"

/** `served-port.ts` without the port: the difference in heap between the two is what the port takes. */

connectHost()
const pins = [hostPin(23), hostPin(19)]
for (;;) {
    const command = await nextCommand()
    answer({ command, pins: pins.length })
}
