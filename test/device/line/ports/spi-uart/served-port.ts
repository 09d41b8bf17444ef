import * as ds from "@devicescript/core"
import { DiagnosedSpiUart } from "../../../../../src/line/ports/diagnosed-spi-uart"
import type { LineFormat } from "../../../../../src/line/ports/spi-uart/bit-timing"
import { cureFor } from "../../../../../src/line/ports/spi-uart/diagnosis"
import { answer, type Command, connectHost, hostPin, nextCommand } from "./host-wire"

/** A {@link DiagnosedSpiUart} whose SPI peripheral is on the host, and that obeys the host's commands. */

interface PortCommand extends Command {
    format?: LineFormat
    de?: boolean
    request?: string
    timeoutMs?: number
    /** Number of characters that complete an answer; 0 for never. */
    expect?: number
    /** Turns of an empty loop to run in the slice in which the answer is decoded. */
    burn?: number
    silenceMs?: number
    limitMs?: number
    understood?: boolean
    /** Commands to carry out one after the other, without the host in between. */
    commands?: PortCommand[]
}

const MOSI = 23
const MISO = 19
const DE = 18

let port: DiagnosedSpiUart

/** Uses up VM steps, so that the host can find out how many of a slice's 131,072 steps are left. */
function burnSteps(turns: number) {
    for (let i = 0; i < turns; i++);
}

async function obey(command: PortCommand): Promise<object> {
    switch (command.do) {
        case "create": {
            const { baud, stopBits, parity } = command.format
            const de = command.de ? hostPin(DE) : undefined
            port = new DiagnosedSpiUart({
                mosi: hostPin(MOSI),
                miso: hostPin(MISO),
                de,
                baud,
                stopBits,
                parity,
            })
            return { name: port.name }
        }
        case "open":
            await port.open()
            return {}
        case "exchange": {
            const { expect, burn } = command
            const start = ds.millis()
            const received = await port.exchange(
                Buffer.from(command.request, "hex"),
                command.timeoutMs,
                r => {
                    burnSteps(burn)
                    return expect > 0 && r.length >= expect
                },
            )
            return { received: received.toString("hex"), ms: ds.millis() - start }
        }
        case "drain":
            return { drained: await port.drain(command.silenceMs, command.limitMs) }
        case "diagnose": {
            const condition = port.diagnose(command.understood)
            return { condition, cure: cureFor(condition) }
        }
        case "all": {
            const answers: object[] = []
            for (const each of command.commands) answers.push(await obey(each))
            return { answers }
        }
        case "nothing":
            return {}
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
