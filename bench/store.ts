import { projectRoot } from "../tools/project"
import type { DriverName } from "../tools/wiring/catalog"
import type { Line, Store } from "../tools/wiring/config"
import { defaultConfig } from "../tools/wiring/default-config"
import { heapTaken } from "../tools/wiring/heap-taken"
import { wiringOf } from "../tools/wiring/read-wiring"
import type { Bench, Result, Table } from "./bench"
import { heapBytes } from "./heap-bytes"
import { type BytesPerReading, type CodecCosts, codecCosts } from "./store-codec"
import { endure, type Outage } from "./store-outage"
import { roomOf, type StoreName } from "./store-room"

/** How much to measure: all of it takes some minutes. */
export interface StoreCase {
    /** Limit of the outage, which otherwise lasts until the program thins readings. */
    readonly outageHours: number
    /** Whether to measure the outage with three meters, too. */
    readonly alsoThree: boolean
    /** Windows of the day in which VM steps are counted. */
    readonly windows: number
    /** Stores behind the heap. */
    readonly stores: readonly StoreName[]
    /** Line drivers, which leave different room on the heap, and seconds between readings. */
    readonly drivers: readonly DriverName[]
    readonly pollSeconds: readonly number[]
}

const READINGS_PER_HOUR = 360
/** Readings of a day without server, one every 10 s. */
const DAY_BACKLOG = 24 * READINGS_PER_HOUR
const STORE_WORDS: Record<StoreName, string> = {
    settings: "nothing, the chip's settings",
    fram: "FRAM, 32 KB",
    eeprom: "EEPROM, 32 KB",
}

/** How many readings fit on the heap and into the store behind it, and how long that lasts. */
interface RoomFigures {
    readonly driver: DriverName
    readonly store: StoreName
    readonly pollSeconds: number
    readonly readings: number
    readonly hours: number
}

/** Measures what waiting readings cost, and how many can wait. */
export async function measureStore(limits: StoreCase): Promise<Result> {
    const ramBytes = await heapBytes()
    const codec = await codecCosts(limits.windows)
    const usual = await wiringOf(defaultConfig, "device", projectRoot)
    let settingsBytes = 0
    const rooms: RoomFigures[] = []
    for (const driver of limits.drivers) {
        for (const store of limits.stores) {
            for (const pollSeconds of limits.pollSeconds) {
                const room = await roomOf(
                    store,
                    pollSeconds,
                    ramBytes -
                        heapTaken({
                            ...usual,
                            pollSeconds,
                            line: { ...usual.line, driver } as Line,
                            store: { ...usual.store, driver: store } as Store,
                        }),
                )
                const hours = (room.readings * pollSeconds) / 3600
                rooms.push({ driver, store, pollSeconds, readings: room.readings, hours })
                settingsBytes = Math.max(settingsBytes, room.settingsBytes)
            }
        }
    }
    const outage = await endure(limits.outageHours)
    const ofThree = limits.alsoThree ? await endure(limits.outageHours, 3) : undefined
    const hoursFor = (bytes: number) => (ramBytes + settingsBytes) / bytes / READINGS_PER_HOUR
    const drainReadingsPerSecond = outage.drained / outage.drainSeconds
    const figures = {
        bytesPerReading: { captures: codec.captures.blocks, day: codec.day.blocks },
        hoursAt10s: outage.hoursUntilThinning,
        hoursOfThreeMeters: ofThree?.hoursUntilThinning,
        ramBytes,
        settingsBytes,
        settingsWritesPerOutageDay: outage.settingsWrites,
        erasesPerOutageDay: outage.sectorErases,
        drainReadingsPerSecond,
        drainSecondsOfDay: DAY_BACKLOG / drainReadingsPerSecond,
        panics: outage.panics,
        encodeStepsPerReading: codec.encodeSteps,
        decodeStepsPerReading: codec.decodeSteps,
        json: alternative(codec, "json", hoursFor),
        records: alternative(codec, "records", hoursFor),
        untilThinning: rooms,
    }
    const tables = [
        formsTable(codec, outage, hoursFor),
        costsTable(figures),
        ...(rooms.length > 0 ? [roomTable(rooms, limits)] : []),
    ]
    return { figures, tables }
}

/** Figures for the same readings in another format. */
function alternative(
    { captures, day }: CodecCosts,
    form: keyof BytesPerReading,
    hoursFor: (bytes: number) => number,
) {
    return {
        bytesPerReading: { captures: captures[form], day: day[form] },
        hoursAt10s: hoursFor(day[form]),
    }
}

function formsTable(
    { captures, day }: CodecCosts,
    outage: Outage,
    hoursFor: (bytes: number) => number,
): Table {
    return {
        columns: ["readings as", "bytes each, captures", "bytes each, a day", "hours at 10 s"],
        rows: [
            [
                "blocks",
                captures.blocks,
                day.blocks,
                outage.hoursUntilThinning ??
                    (outage.panics > 0 ? "unknown: the program panicked" : "longer than the test"),
            ],
            ["20-byte records", captures.records, day.records, hoursFor(day.records)],
            ["JSON", captures.json, day.json, hoursFor(day.json)],
        ],
    }
}

function costsTable(figures: Record<string, unknown>): Table {
    const words: Record<string, string> = {
        ramBytes: "bytes of heap for readings",
        settingsBytes: "bytes of settings used for readings",
        settingsWritesPerOutageDay: "writes to the settings in a day without the server, including the log's",
        erasesPerOutageDay: "sectors erased for these writes",
        drainReadingsPerSecond: "readings delivered per second once the server is back",
        drainSecondsOfDay: "seconds to deliver the backlog of a day",
        hoursOfThreeMeters: "hours with three PZEM-016 at 10 s each",
        panics: "panics of the program in this run",
        encodeStepsPerReading: "VM steps to encode a reading",
        decodeStepsPerReading: "VM steps to decode a reading",
    }
    const measured = Object.entries(words).filter(([name]) => figures[name] !== undefined)
    return {
        columns: ["the program in an outage", "measured"],
        rows: measured.map(([name, text]) => [text, figures[name] as number]),
    }
}

function roomTable(rooms: readonly RoomFigures[], { stores, drivers, pollSeconds }: StoreCase): Table {
    const cell = (driver: DriverName, store: StoreName, seconds: number) => {
        const { hours, readings } = rooms.find(
            room => room.driver === driver && room.store === store && room.pollSeconds === seconds,
        )!
        return `${durationText(hours)} (${readings.toLocaleString("en-US")} readings)`
    }
    return {
        columns: ["line driver", "extra part", ...pollSeconds.map(seconds => `a reading every ${seconds} s`)],
        rows: drivers.flatMap(driver =>
            stores.map(store => [
                driver,
                STORE_WORDS[store],
                ...pollSeconds.map(seconds => cell(driver, store, seconds)),
            ]),
        ),
    }
}

function durationText(hours: number): string {
    return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} days`
}

/** Cost of readings that wait for the server. */
export const store: Bench = {
    name: "store",
    subject: "readings that wait",
    method:
        "Captures: 33 replies of real meters. Day: replies of a simulated PZEM-016 on a heat pump, one every 10 s from " +
        "midnight on. The codec's bytecode packs them into blocks on the device; their bytes include header and " +
        "checksum. The clock is not known in the captures; a known one takes 5 bytes a block. JSON is an object with the " +
        "time and the values by name; a record has 4 bytes of time and fixed integers. Their hours are how long heap and " +
        "used settings would last. The hours of the blocks, writes, erasures and delivery are those of the program in " +
        "virtual time: after an hour its server falls silent until the first reading is thinned, then returns. Delivery " +
        "is timed from the first reading that arrives to the last, by the device's clock, for which the runtime's own " +
        "work takes no time. Steps: for readings after the first 12 of a block; an empty loop of 9 steps a turn in the " +
        "same slice is made longer until the runtime stops the program at 131,072 steps; mean of 12 times of the day. " +
        "Last table: the queue alone, on the device with as much heap as the program gives it with this driver, filled " +
        "until the first reading is thinned; FRAM and EEPROM are register-level models. All exact except the hours of " +
        "the program, which are checked once a minute.",
    measure: () =>
        measureStore({
            outageHours: 48,
            alsoThree: true,
            windows: 12,
            stores: ["settings", "fram", "eeprom"],
            drivers: ["spi-uart", "jacdac-serial"],
            pollSeconds: [1, 10, 60],
        }),
}
