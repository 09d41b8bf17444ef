import { SpiUart } from "../../../../src/serial/spi-uart"
import type { LineFormat } from "../../../../src/serial/spi-uart/bit-timing"
import { cureFor } from "../../../../src/serial/spi-uart/diagnosis"
import { answer, type Command, connectHost, hostPin, nextCommand } from "./host-wire"

/** A {@link SpiUart} whose SPI peripheral is on the host and that does what the host says. */

interface PortCommand extends Command {
    format?: LineFormat
    de?: boolean
    request?: string
    timeoutMs?: number
    /** Characters that complete an answer; 0 for never. */
    expect?: number
    /** Turns of an empty loop to make in the slice in which the answer was decoded. */
    burn?: number
    silenceMs?: number
    limitMs?: number
    understood?: boolean
}

const MOSI = 23
const MISO = 19
const DE = 18

let port: SpiUart

async function obey(command: PortCommand): Promise<object> {
    switch (command.do) {
        case "create": {
            const { baud, stopBits, parity } = command.format
            const de = command.de ? hostPin(DE) : undefined
            port = new SpiUart({ mosi: hostPin(MOSI), miso: hostPin(MISO), de, baud, stopBits, parity })
            return { name: port.name }
        }
        case "open":
            await port.open()
            return {}
        case "exchange": {
            const { expect, burn } = command
            const received = await port.exchange(
                Buffer.from(command.request, "hex"),
                command.timeoutMs,
                r => {
                    const turns = burn
                    for (let i = 0; i < turns; i++);
                    return expect > 0 && r.length >= expect
                },
            )
            return { received: received.toString("hex") }
        }
        case "drain":
            return { drained: await port.drain(command.silenceMs, command.limitMs) }
        case "diagnose": {
            const condition = port.diagnose(command.understood)
            return { condition, cure: cureFor(condition) }
        }
    }
    return { error: "unknown command " + command.do }
}

connectHost()
for (;;) {
    const command = await nextCommand()
    try {
        answer(await obey(command as PortCommand))
    } catch (e) {
        answer({ error: (e as Error).message })
    }
}
