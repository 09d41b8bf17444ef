import { type Counters, newCounters } from "../../services/counters"

/*
 * The program's own services, as specified in `services/`: their classes, and the code and `jdunpack` format of their
 * registers.
 */

export const SRV_EMON_METER = 0x1ae9f70e
export const SRV_EMON_LOGBOOK = 0x104acf0d
export const SRV_EMON_STORE = 0x12d3b77e
export const SRV_EMON_STATION = 0x10c5040f

/** The program's services are on a second device. Its id is the chip's id XOR this (runtime, `jdiface.c`). */
const PROGRAM_ID = Buffer.from("f8531b75a74922db", "hex")

/**
 * The id of the device on which a chip's program offers its services.
 * @param id the chip's id, 16 hex digits
 */
export function programIdOf(id: string): string {
    const bytes = Buffer.from(id, "hex").map((byte, i) => byte ^ PROGRAM_ID[i]!)
    return Buffer.from(bytes).toString("hex")
}

/** Indices of the logbook, the station and the store among the program's services. 0 is Jacdac's own control service. */
export const LOGBOOK_INDEX = 1
export const STATION_INDEX = 2
export const STORE_INDEX = 3

const F64 = "f64"

export const EmonMeter = {
    instanceName: { code: 0x109, format: "s" },
    voltage: { code: 0x180, format: F64 },
    current: { code: 0x181, format: F64 },
    power: { code: 0x182, format: F64 },
    energy: { code: 0x183, format: F64 },
    frequency: { code: 0x184, format: F64 },
    powerFactor: { code: 0x185, format: F64 },
} as const

export const EmonLogbook = {
    record: { code: 0x180, format: "u32 u32 u8 s" },
    unsaved: { code: 0x181, format: "b" },
} as const

/** In the order of the `counters` register. */
export const COUNTER_NAMES = Object.keys(newCounters()) as (keyof Counters)[]

export const EmonStore = {
    counters: { code: 0x180, format: COUNTER_NAMES.map(() => "u32").join(" ") },
    /** Empty until the queue is open. */
    room: { code: 0x181, format: "u8 u8 u8 u8 u16" },
} as const

export const EmonStation = {
    restart: { code: 0x180, format: "u32 u16 u8 s" },
    clock: { code: 0x181, format: "f64 f64 u8" },
    actors: { code: 0x182, format: "s" },
    line: { code: 0x183, format: "s" },
} as const

/** The only command of {@link SRV_EMON_STATION}. */
export const PREPARE = 0x80
