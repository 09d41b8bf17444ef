import { ACTORS, type ActorName } from "../faulty-program/device/fault"
import { FAULTS, type FragileWorld } from "../scenario/faults"
import type { FaultOptions } from "../scenario/format"
import { type End, endAll } from "../scenario/switches"
import type { FaultButton } from "./messages"
import type { Portal } from "./portal"

/** A world in which a log-in page can get between device and server. */
export interface ClickableWorld extends FragileWorld {
    readonly portal: Portal | undefined
}

/** A button with its action. */
export interface Fault extends FaultButton {
    begin(world: ClickableWorld, part: string | undefined): End | Promise<End>
}

/** The parts of a world in which faults can be caused. */
export interface Reach {
    /** The server is the stand-in. */
    readonly server: boolean
    /** Names of the virtual meters. */
    readonly meters: readonly string[]
}

/** The share of exchanges that noise spoils. */
const NOISE_RATE = 0.6

/** All faults that a click can cause. */
export function faultButtons({ server, meters }: Reach): Fault[] {
    return [
        ...(server ? serverFaults() : []),
        lasting("wifi-gone", "network", "WiFi down", { fault: "wifi-gone" }),
        ...(meters.length > 0 ? lineFaults(meters) : []),
        lasting("power-cut", "device", "Power cut", { fault: "power-cut" }),
        momentary("reset", "Reset", [], () => ({ fault: "reboot" })),
        momentary("throw", "A part fails", ACTORS, actor => ({
            fault: "actor-fault",
            does: "throw",
            actor: actor as ActorName,
        })),
        momentary("hang", "A part hangs", ACTORS, actor => ({
            fault: "actor-fault",
            does: "hang",
            actor: actor as ActorName,
        })),
    ]
}

function serverFaults(): Fault[] {
    return [
        lasting("server-refuses", "server", "Refuses connections", { fault: "server-refuses" }),
        lasting("server-stalls", "server", "Does not answer", { fault: "server-stalls" }),
        {
            id: "server-page",
            group: "server",
            label: "Sends a web page",
            lasts: true,
            begin: ({ portal, switches }) => switches.begin("portal", on => portal?.switch(on)),
        },
        lasting("server-clock", "server", "Clock an hour slow", { fault: "server-clock", by: "-1 h" }),
        lasting("key-revoked", "server", "Key no longer valid", { fault: "key-revoked" }),
        lasting("database-down", "server", "Database down", { fault: "database-down" }),
    ]
}

function lineFaults(meters: readonly string[]): Fault[] {
    const off = meters.map(meter =>
        lasting(`meter-off:${meter}`, "line", meters.length > 1 ? `${meter} off` : "Meter off", {
            fault: "meter-off",
            meter,
        }),
    )
    const noise = lasting(
        "noise",
        "line",
        "Noise on the line",
        { fault: "line", line: "noise-before", rate: NOISE_RATE },
        { fault: "line", line: "crc-flipped", rate: NOISE_RATE },
    )
    return [...off, noise]
}

function lasting(id: string, group: FaultButton["group"], label: string, ...parts: FaultOptions[]): Fault {
    return {
        id,
        group,
        label,
        lasts: true,
        async begin(world) {
            const ends: End[] = []
            for (const options of parts) ends.push(await FAULTS[options.fault].begin(world, options))
            return () => endAll(ends)
        },
    }
}

function momentary(
    id: string,
    label: string,
    parts: readonly string[],
    optionsOf: (part: string | undefined) => FaultOptions,
): Fault {
    return {
        id,
        group: "device",
        label,
        lasts: false,
        ...(parts.length > 0 ? { parts } : {}),
        begin: (world, part) => {
            const options = optionsOf(part)
            return FAULTS[options.fault].begin(world, options)
        },
    }
}
