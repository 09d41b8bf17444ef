import { durationText, wallTimeText } from "./format"
import type { MeterStatus, ProgramStatus, QueueStatus, Status } from "./status"

/** Formats a device's status as lines for its owner. */
export function statusLines({ device, firmware, program }: Status): string[] {
    const { description, version, program: loaded, uptime } = firmware
    const { start, actors, line, counters, queue, meters } = program
    const restarts = start.restarts > 1 ? `, ${start.restarts} times in a row` : ""
    return [
        row("device", `${device}, ${description}, firmware ${version}`),
        row("program", [loaded.name, loaded.version].filter(part => part !== "").join(" ")),
        row("up", `${durationText(uptime)}; the program ${durationText(start.ago)}`),
        row("started", start.reason + restarts),
        ...(start.safeMode ? [row("safe mode", "nothing is uploaded, polls are slow; see the log")] : []),
        row("clock", clockText(program)),
        ...meters.map(meter => row(meter.name, meterText(meter))),
        row("readings", readingsText(counters)),
        ...(queue ? [row("queue", queueText(queue))] : []),
        row(
            "uploads",
            `${counters.requests} requests, ${counters.bytesSent} bytes, ${counters.uploadErrors} failed`,
        ),
        row("line", `${countsText(line)}, polls without a reading ${counters.lineErrors}`),
        row("parts", actors.map(actorText).join(", ")),
    ]
}

const NAME_WIDTH = 11

function row(name: string, text: string): string {
    return `${name.padEnd(NAME_WIDTH)} ${text}`
}

/** Units of the registers, and their decimal places. */
const QUANTITIES: Readonly<Record<string, readonly [unit: string, digits: number]>> = {
    voltage: ["V", 1],
    current: ["A", 3],
    power: ["W", 1],
    energy: ["kWh", 3],
    frequency: ["Hz", 1],
    powerFactor: ["power factor", 2],
}

function meterText({ values }: MeterStatus): string {
    const known = Object.entries(values).map(([name, value]) => {
        const [unit, digits] = QUANTITIES[name] ?? [name, 3]
        return `${value.toFixed(digits)} ${unit}`
    })
    return known.length === 0 ? "unknown; it does not answer, or has not been polled yet" : known.join(", ")
}

function readingsText(counters: ProgramStatus["counters"]): string {
    const { readings, accepted, queued, recovered, presumed, thinned, dropped } = counters
    const fates = { recovered, presumed, thinned, dropped }
    const more = Object.entries(fates).flatMap(([name, count]) => (count > 0 ? [`, ${count} ${name}`] : []))
    return `${readings} taken, ${accepted} accepted, ${queued} waiting${more.join("")}`
}

function clockText({ clock, clockDoubted }: ProgramStatus): string {
    const text = clock ? `${wallTimeText(clock.now)}, ±${clock.uncertaintyMs} ms` : "not known yet"
    return clockDoubted ? `${text}; in doubt: the server's date does not match` : text
}

function queueText({ memory, flash, inDoubt }: QueueStatus): string {
    const text = `${memory.blocks} of ${memory.limit} blocks in memory, ${flash.blocks} of ${flash.limit} in flash`
    return inDoubt > 0 ? `${text}; ${inDoubt} readings in doubt: EmonCMS may already have them` : text
}

function countsText(counts: Readonly<Record<string, number>>): string {
    return Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(", ")
}

function actorText({ name, restarts, silentFor }: ProgramStatus["actors"][number]): string {
    if (silentFor === undefined) return `${name} (waiting for its restart)`
    return restarts > 0 ? `${name} (restarted ${restarts} times)` : name
}
