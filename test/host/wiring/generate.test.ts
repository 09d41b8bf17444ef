import { describe, expect, test } from "vitest"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import type { Line, WiredMeter, Wiring } from "../../../tools/wiring/config"
import { generateWiring } from "../../../tools/wiring/generate"
import { summary } from "../../../tools/wiring/summary"

/** A meter with the facts of its model. */
function meter(name: string, model: string, address: number): WiredMeter {
    return { name, model, address, facts: readModel(model, projectRoot) }
}

const base: Wiring = {
    line: { driver: "jacdac-serial" },
    baud: 9600,
    parity: "none",
    stopBits: 1,
    meters: [meter("heatpump", "pzem-016", 1)],
    pollSeconds: 10,
    uploadSeconds: 30,
    inputs: [],
    uploaded: [[{ name: "power", scale: 1 }]],
    store: { driver: "settings" },
    services: true,
    compression: true,
}

const lines: Record<Line["driver"], Line> = {
    "spi-uart": { driver: "spi-uart", board: "my_board", mosi: "RS485_TXD", miso: "RS485_RXD" },
    sc16is7xx: { driver: "sc16is7xx", i2cAddress: 0x4d, channel: "A" },
    "jacdac-serial": { driver: "jacdac-serial" },
    tcp: { driver: "tcp", host: "gate.local", port: 502, mode: "modbus-tcp" },
}

test("generates a complete file", () => {
    const wiring: Wiring = {
        ...base,
        line: { driver: "spi-uart", board: "my_board", mosi: "RS485_TXD", miso: "RS485_RXD", de: "P5" },
        stopBits: 2,
        meters: [
            meter("heatpump", "pzem-016", 1),
            meter("pv", "PZEM-004T V4", 2),
            meter("boiler", "pzem-016", 247),
        ],
        pollSeconds: 1,
        uploadSeconds: 300,
        inputs: [{ field: "energy", name: "energy_forward", unit: "kWh" }],
        uploaded: [
            [{ name: "energy_forward", scale: 3 }],
            [{ name: "power", scale: -2 }],
            [{ name: "energy_forward", scale: 3 }],
        ],
    }
    const source = generateWiring(wiring, "device")
    const profiles = source.match(/^const profile\d: Profile = \{.*\}\n\n/gm) ?? []
    expect(profiles.map(p => /model: "([^"]*)"/.exec(p)?.[1])).toEqual(["pzem-016", "pzem-004t-v3"])
    expect(profiles.reduce((text, profile) => text.replace(profile, ""), source)).toBe(`\
// Made from devicescript.json by \`npm run configure\`. Change that file, not this one.
import { pins } from "@dsboard/my_board"
import { type LineTopics, Poller } from "../actors/poller/poller"
import type { ClockEstimate } from "../actors/timekeeper"
import type { InputSet } from "../emoncms/inputs"
import type { Topic } from "../kernel/topic"
import { u16, u32le } from "../line/meters/registers"
import type { Meter, Profile } from "../line/meters/profile"
import type { ModbusClient } from "../line/modbus-client"
import type { SocketOwner } from "../net/socket"
import { SpiUart } from "../line/ports/spi-uart"
import type { LineSettings } from "../line/ports/line-settings"
import type { Port } from "../line/ports/port"
import { type ProgramState, serveState } from "../services/device-state"
import { commandMeter } from "../services/meter-commands"
import { flashBudget, SETTING_BLOCK_BYTES } from "../device/flash-budget"
import { SettingsSlots } from "../device/settings-slots"
import type { SlotStore } from "../device/slot-store"
import { Deflater } from "../net/deflate"

/** Time from one poll of a meter to the next, from one upload to the next, and most for reading one meter, in ms. */
export const cadence = { pollMs: 1000, uploadMs: 300000, meterMs: 60000 }

/** The meters on the line. */
export const meters: Meter[] = [
    { name: "heatpump", profile: profile0, address: 1 },
    { name: "pv", profile: profile1, address: 2 },
    { name: "boiler", profile: profile0, address: 247 },
]

const inputs0: InputSet = { names: ["energy_forward"], scales: hex\`03\` }
const inputs1: InputSet = { names: ["power"], scales: hex\`fe\` }

/** What EmonCMS calls their fields, for each meter. */
export const inputSets: InputSet[] = [
    inputs0,
    inputs1,
    inputs0,
]

/** Speed and character format of the line. */
export const line: LineSettings = { baud: 9600, stopBits: 2 }

/** Bytes of heap that the line, its meters and the store take from the room for waiting readings. */
export const heapTaken = 8004

/** The way to the meters. A gateway on the network needs the device's only socket; other ports need none. */
export function makePort(_sockets: SocketOwner): Port {
    return new SpiUart({ mosi: pins.RS485_TXD, miso: pins.RS485_RXD, de: pins.P5, baud: 9600, stopBits: 2 })
}

/** Reads the meters. In safe mode only once for each poll slot. */
export function makePoller(client: ModbusClient, pollMs: number, topics: LineTopics, clock: Topic<ClockEstimate>, offset: number | undefined, _safe: boolean): Poller {
    return new Poller(client, meters, pollMs, topics, clock, undefined, offset)
}

/** Keeps waiting readings across a restart. */
export function makeStore(): SlotStore {
    return new SettingsSlots("q", flashBudget().queueSlots, 2 * SETTING_BLOCK_BYTES, 2)
}

/** Compresses uploads into the buffer. */
export function makeDeflater(content: Buffer): Deflater | undefined {
    return new Deflater(content)
}

/** Whether the program shows its state with the board's own light. */
export const hasLight = true

/** Lets a PC read the state of the program. */
export function serve(program: ProgramState) {
    serveState(program, commandMeter)
}
`)
})

test("passes the line's parity and times to driver and client", () => {
    const line: Line = {
        driver: "tcp",
        host: "gate.local",
        port: 502,
        mode: "modbus-tcp",
        connectDelayMs: 1000,
    }
    const times = { timeoutMs: 600, pauseMs: 80 }
    const even = generateWiring({ ...base, parity: "even", ...times }, "device")
    expect(even).toContain('new JacdacSerial({ baud: 9600, parity: "even", stopBits: 1 })')
    expect(even).toContain(
        'LineSettings = { baud: 9600, parity: "even", stopBits: 1, timeoutMs: 600, pauseMs: 80 }',
    )
    expect(generateWiring({ ...base, line }, "device")).toContain("connectDelayMs: 1000 }")
})

test("names only the wired models in the source", () => {
    const source = generateWiring(
        { ...base, meters: [meter("a", "sdm630", 1), meter("b", "multical-603", 2)] },
        "device",
    )
    const named = modelIds(projectRoot).filter(id => source.includes(`"${id}"`))
    expect(named).toEqual(["multical-403", "sdm630"])
    expect(source).not.toContain("u16")
})

test("allows the requests to a meter behind a gateway to wait for uploads", () => {
    const source = generateWiring(
        { ...base, line: { driver: "tcp", host: "a", port: 502, mode: "rtu-over-tcp" } },
        "device",
    )
    expect(source).toContain("meterMs: 600000 }")
})

test("includes only the chosen fields in a profile", () => {
    const chosen: WiredMeter = { ...meter("a", "sdm630", 1), fields: ["power_factor_l3", "power"] }
    const source = generateWiring({ ...base, meters: [chosen] }, "device")
    expect(source).toContain('labels: () => ["power", "W", "power_factor_l3", ""]')
    expect(source).toContain("requests: hex`0400220202".slice(0, 17))
})

describe("statistics", () => {
    const sampled: WiredMeter = { ...meter("heatpump", "pzem-016", 1), statistics: ["power"] }
    const wiring: Wiring = { ...base, meters: [sampled, meter("pv", "pzem-016", 2)] }

    test("are added after the meter's own fields, without a request", () => {
        const source = generateWiring(wiring, "device")
        const [own, other] = source.match(/Profile = \{.*\}/g)!
        expect(own).toContain('"alarm", "", "power_mean", "W", "power_min", "W", "power_max", "W"]')
        expect(other).toContain('"alarm", ""]')
        const tables = [own!, other!].map(profile => /table: hex`([0-9a-f]*)`/.exec(profile)![1]!)
        expect(tables[0]!.startsWith(tables[1]!)).toBe(true)
        const rows = Buffer.from(tables[0]!.slice(tables[1]!.length), "hex")
        expect(rows).toHaveLength(3 * 64)
        for (let row = 0; row < rows.length; row += 64) {
            // No request, one decimal, 0 counts as a value, made from field 2, any range.
            expect([rows[row], rows[row + 3], rows[row + 4], rows[row + 5]]).toEqual([255, 0x11, 0, 2])
            expect(rows.readDoubleLE(row + 24)).toBeLessThan(-1e12)
            expect(rows.readDoubleLE(row + 32)).toBeGreaterThan(1e12)
        }
        const marks = [own!, other!].map(profile => /mark: (\d+)/.exec(profile)![1])
        expect(marks[0]).not.toBe(marks[1])
    })

    test("need the sampling poller, which no other wiring has", () => {
        const source = generateWiring(wiring, "device")
        expect(source).toContain(
            "if (!safe) return new SamplingPoller(client, meters, pollMs, topics, clock, offset)",
        )
        expect(generateWiring({ ...base, meters: [meter("a", "pzem-016", 1)] }, "device")).not.toContain(
            "SamplingPoller",
        )
    })

    test("are left out of the debug build, which has no room for them", () => {
        expect(generateWiring(wiring, "simulator")).toContain("SamplingPoller")
        expect(generateWiring(wiring, "simulator", false)).not.toContain("SamplingPoller")
    })

    test("reduce the heap for waiting readings", () => {
        // How much more live heap such programs have; see docs/meters.md.
        const [ofMeter, ofField] = [768, 420]
        const heap = (meters: WiredMeter[]) =>
            Number(/heapTaken = (\d+)/.exec(generateWiring({ ...base, meters }, "device"))![1])
        const one = { ...sampled, statistics: ["power"] }
        const two = { ...sampled, statistics: ["power", "voltage"] }
        const plain = heap([meter("heatpump", "pzem-016", 1)])
        expect(heap([one]) - plain).toBe(ofMeter + ofField)
        expect(heap([two]) - plain).toBe(ofMeter + 2 * ofField)
    })
})

test("imports no services if they are switched off", () => {
    const source = generateWiring({ ...base, services: false }, "device")
    expect(source).toContain("export function serve(_program: ProgramState) {}\n")
    expect(source).not.toContain("serveState")
    expect(source).not.toContain("service-host")
})

test.each([
    ["spi-uart", "new SpiUart({ mosi: pins.RS485_TXD, miso: pins.RS485_RXD, baud: 9600, stopBits: 1 })"],
    ["sc16is7xx", 'new Sc16is7xx({ address: 0x4d, channel: "A", baud: 9600, stopBits: 1 })'],
    ["jacdac-serial", "new JacdacSerial({ baud: 9600, stopBits: 1 })"],
    ["tcp", 'new TcpSerial({ host: "gate.local", port: 502, mode: "modbus-tcp" }, sockets)'],
] as const)("a device with %s imports only this driver", (driver, call) => {
    const source = generateWiring({ ...base, line: lines[driver] }, "device")
    expect(source).toContain(`return ${call}\n`)
    expect(source.match(/from "..\/line\/ports\/(?!port"|line-settings").*"/g)).toHaveLength(1)
    expect(source.includes("@dsboard/")).toBe(driver === "spi-uart")
})

test.each(Object.values(lines))("the simulator uses a Jacdac serial line instead of $driver", line => {
    expect(generateWiring({ ...base, line }, "simulator")).toBe(generateWiring(base, "device"))
})

test.each([
    [{ driver: "fram", i2cAddress: 0x50, kilobytes: 32 }, "new I2cSlots(i2c, fram(0x50, 32))"],
    [
        { driver: "eeprom", i2cAddress: 0x57, kilobytes: 16, pageBytes: 32 },
        "new I2cSlots(i2c, eeprom(0x57, 16, 32))",
    ],
] as const)("a device with an $driver imports it instead of the settings store", (store, call) => {
    const source = generateWiring({ ...base, store }, "device")
    expect(source).toContain(`return ${call}\n`)
    expect(source).toContain(`import { ${store.driver}, I2cSlots } from "../device/i2c-slots"\n`)
    expect(source).toContain('import { i2c } from "@devicescript/i2c"\n')
    expect(source).not.toContain("settings-slots")
})

test("the simulator uses settings instead of a memory chip", () => {
    const store = { driver: "fram", i2cAddress: 0x50, kilobytes: 32 } as const
    expect(generateWiring({ ...base, store }, "simulator")).toBe(generateWiring(base, "device"))
})

test("the summary describes the wiring and the simulator's stand-in", () => {
    const wiring = { ...base, line: lines["spi-uart"] }
    expect(summary(wiring, "device")).toBe(
        "heatpump (pzem-016 at address 1) on spi-uart at 9600 bit/s 8N1, read every 10 s, uploaded every 30 s",
    )
    expect(summary(wiring, "simulator")).toBe(
        "heatpump (pzem-016 at address 1) on jacdac-serial at 9600 bit/s 8N1, read every 10 s, uploaded every 30 s\n" +
            "In the simulator jacdac-serial stands in for spi-uart.",
    )
})

test("the debug build leaves out compression, commands to meters and the status light", () => {
    const full = generateWiring(base, "simulator")
    const small = generateWiring(base, "simulator", false)
    for (const part of ["new Deflater(", "commandMeter", "hasLight = true"]) {
        expect(full).toContain(part)
        expect(small).not.toContain(part)
    }
    const lines = full.split("\n")
    expect(small.split("\n").filter(line => !lines.includes(line))).toEqual([
        'import type { Deflater } from "../net/deflate"',
        "export function makeDeflater(_content: Buffer): Deflater | undefined {",
        "    return undefined",
        "export const hasLight = false",
        "    serveState(program)",
    ])
})
