import type { MeterModel } from "../../sim/meter/meter-model"
import type { Wiring } from "../wiring/config"
import { MOST_SPI_BAUD, parityOf, stopBitsOf } from "../wiring/line-speed"

/** How characters stand on a line. */
export type Characters = Pick<Wiring, "baud" | "parity" | "stopBits">

/**
 * What else than the wired speed and parity a meter of a model may be set to, the likeliest first: another parity at the
 * same speed, what it comes with, and then the rest. One stop bit or two makes no difference to who listens.
 */
export function trialsOf(
    { line }: MeterModel,
    wiring: Pick<Wiring, keyof Characters | "line">,
): Characters[] {
    const most = wiring.line.driver === "spi-uart" ? MOST_SPI_BAUD : Number.POSITIVE_INFINITY
    const bauds = [...new Set([wiring.baud, line.baud, ...line.bauds])].filter(
        baud => line.bauds.includes(baud) && baud <= most,
    )
    const formats = [...new Set([line.format, ...line.formats])]
    const all = bauds.flatMap(baud =>
        formats.map(format => ({ baud, parity: parityOf(format), stopBits: stopBitsOf(format) })),
    )
    return all.filter((one, i) => !isAlike(one, wiring) && all.findIndex(other => isAlike(one, other)) === i)
}

function isAlike(a: Characters, b: Characters): boolean {
    return a.baud === b.baud && a.parity === b.parity
}

/** `2400 bit/s 8E1` */
export function charactersText({ baud, parity, stopBits }: Characters): string {
    return `${baud} bit/s 8${parity[0]!.toUpperCase()}${stopBits}`
}

/** What a diagnosis says of a meter that may be set to another speed or parity. */
const UNHEARD = /^([A-Za-z0-9_-]+): (?:no byte comes|bytes come, but no right answer)/

/** The meters that no right answer came from, by what a diagnosis has said. */
export function unheardMeters(said: readonly string[]): string[] {
    return said.flatMap(sentence => UNHEARD.exec(sentence)?.[1] ?? [])
}

/** What is to be done when a meter answers at other characters than are wired. */
export function foundText(meter: string, found: Characters, wired: Characters): string {
    const { baud, parity } = found
    const line = `"baud": ${baud}, "parity": "${parity}"`
    return `${meter}: answers at ${charactersText(found)}, and the line is at ${charactersText(wired)}; write ${line} into the line of devicescript.json, or set the meter to ${charactersText(wired)}`
}
