import type { Clock } from "../../sim/clock"
import type { GatewayHabit, GatewayHabits } from "../../sim/line/gateway-habits"
import { VirtualLine } from "../../sim/line/virtual-line"
import type { Config, TcpConfig } from "../../tools/wiring/config"
import type { MeterSource } from "./meter-source"

/** The address of a real gateway. */
export interface GatewayAddress {
    readonly host: string
    readonly port: number
}

/** The command line's options about a gateway. */
export interface GatewayOptions {
    /** A real gateway. If omitted, a virtual one is used if the line or another of these options requires it. */
    readonly gateway?: GatewayAddress
    readonly gatewayMode?: NonNullable<TcpConfig["mode"]>
    /** Habits of a virtual gateway. */
    readonly gatewayFault?: readonly GatewayHabit[]
}

/** Default port of Modbus TCP. */
const PORT = 502

/** The program's address of the virtual gateway, if `devicescript.json` has none. */
const VIRTUAL = { host: "gateway", port: PORT }

/** The share of requests that is affected by a habit that does not concern connections. */
const SOMETIMES = 0.2
const RATES: Partial<Record<GatewayHabit, number>> = { busy: SOMETIMES, stalls: SOMETIMES / 4 }

/** The address of a gateway is malformed. */
export class GatewayAddressError extends Error {
    constructor(readonly address: string) {
        super("Write its name or address, with or without a port, like 192.168.1.20:502.")
        this.name = "GatewayAddressError"
    }
}

/**
 * Parses `HOST` or `HOST:PORT`.
 * @throws GatewayAddressError
 */
export function gatewayAddress(text: string): GatewayAddress {
    const [, host, port] = /^([A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(text) ?? []
    const number = port === undefined ? PORT : Number(port)
    if (host === undefined || number < 1 || number > 65_535) throw new GatewayAddressError(text)
    return { host, port: number }
}

/** The wired configuration, with the line behind the gateway of the command line. */
export function gatewayConfig(options: GatewayOptions, wired: Config): Config {
    const { gateway, gatewayMode, gatewayFault = [] } = options
    if (gateway === undefined && gatewayMode === undefined && gatewayFault.length === 0) return wired
    const { line } = wired
    const known =
        line.driver === "tcp" ? line : { timeoutMs: line.timeoutMs, pauseMs: line.pauseMs, ...VIRTUAL }
    const mode = gatewayMode ?? (line.driver === "tcp" ? line.mode : undefined)
    return { ...wired, line: { ...known, ...gateway, driver: "tcp", mode } }
}

/** A placeholder for the line, which the program does not use, because its meters are behind a real gateway. */
export function gatewaySource({ host, port }: GatewayAddress, clock: Clock): MeterSource {
    return {
        line: new VirtualLine({ clock }),
        description: `the meters behind the gateway at ${host}:${port}`,
        meters: [],
    }
}

/** Gives a virtual gateway its habits. */
export function adopt(habits: GatewayHabits, names: readonly GatewayHabit[] = []): void {
    for (const habit of names) habits.enable(habit, RATES[habit])
}
