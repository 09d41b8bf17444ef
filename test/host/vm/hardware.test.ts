import { afterEach, describe, expect, test } from "vitest"
import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { Rig } from "../../../sim/rig"
import { exportFunctions, NoSuchFunction } from "../../../sim/vm/wasm-exports"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

const MINUTE = 60

let rigs: Rig[] = []

afterEach(async () => {
    for (const rig of rigs) await rig.end()
    rigs = []
})

/** Runs the program as it is flashed, with a PZEM on the line that it expects. */
async function powered(wired: Partial<Config>): Promise<{ rig: Rig; line: VirtualLine }> {
    const config = { ...defaultConfig, ...wired }
    const { bytecode, hardware } = await buildImage({ config })
    const clock = new VirtualClock(Number.POSITIVE_INFINITY, Date.UTC(2026, 0, 15))
    const load = constantLoad({ power: 1000 })
    const line = new VirtualLine({ clock, slaves: [pzem016({ clock, load, poweredSince: clock.now() })] })
    const rig = new Rig({ clock, bytecode, hardware, line })
    rigs.push(rig)
    await rig.start()
    return { rig, line }
}

describe("the image that is flashed reads its meter", () => {
    const wirings: [string, Partial<Config>][] = [
        ["over SPI on the ESP32", {}],
        ["over SPI with a DE pin", { line: { driver: "spi-uart", de: "RS485_DE" } }],
        ["over SPI on the ESP32-C3", { board: "emon_esp32c3_supermini" }],
        ["over SPI on the ESP32-S3", { board: "emon_esp32s3_devkit_m" }],
        ["through an SC16IS7xx", { line: { driver: "sc16is7xx" } }],
        [
            "through channel B of an SC16IS752 after measuring its crystal",
            { line: { driver: "sc16is7xx", i2cAddress: "0x48", channel: "B" } },
        ],
        ["through an SC16IS7xx, with FRAM", { line: { driver: "sc16is7xx" }, store: { driver: "fram" } }],
        ["over Modbus TCP", { line: { driver: "tcp", host: "gateway.example" } }],
        ["over RTU over TCP", { line: { driver: "tcp", host: "gateway.example", mode: "rtu-over-tcp" } }],
        [
            "over Modbus TCP, with EEPROM",
            { line: { driver: "tcp", host: "gateway.example" }, store: { driver: "eeprom" } },
        ],
        ["through a Jacdac serial service", { line: { driver: "jacdac-serial" } }],
    ]
    test.each(wirings)("%s", async (_, wired) => {
        const { rig } = await powered(wired)
        await rig.pass(MINUTE)
        const { readings, lineErrors } = rig.counters
        expect(rig.stops).toEqual([])
        expect(readings).toBeGreaterThanOrEqual(4)
        expect(lineErrors).toBe(0)
        const said = rig.log.map(({ text }) => text)
        expect(said.filter(text => /^heatpump: \d+\.\d V, \d+\.\d+ A, 1000\.0 W, /.test(text))).toHaveLength(
            readings,
        )
    })
})

test("line faults reach the program through SPI, and readings resume afterwards", async () => {
    const { rig, line } = await powered({})
    await rig.pass(MINUTE)
    line.faults.enable("truncated", { rate: 1 })
    await rig.pass(MINUTE)
    const { readings, lineErrors } = rig.counters
    expect(lineErrors).toBeGreaterThan(0)
    line.faults.disableAll()
    await rig.pass(MINUTE)
    expect(rig.counters.readings).toBeGreaterThan(readings)
    expect(rig.counters.lineErrors).toBeLessThanOrEqual(lineErrors + 1)
})

test("readings in an FRAM survive a power cut without warning", async () => {
    const { rig } = await powered({ line: { driver: "sc16is7xx" }, store: { driver: "fram" } })
    await rig.pass(5 * MINUTE)
    const { readings } = rig.counters
    rig.simulation.device.powerOff()
    await rig.pass(1)
    await rig.simulation.device.powerOn()
    await rig.pass(MINUTE)
    expect(rig.counters.recovered).toBeGreaterThanOrEqual(readings - 1)
})

describe("functions of a WebAssembly module", () => {
    // (module (func $seven (result i32) i32.const 7) (func $out (export "out") (result i32) call $seven))
    const MODULE = Uint8Array.from([
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        ...[1, 5, 1, 0x60, 0, 1, 0x7f],
        ...[3, 3, 2, 0, 0],
        ...[7, 7, 1, 3, ...Buffer.from("out"), 0, 1],
        ...[10, 11, 2, 4, 0, 0x41, 7, 0x0b, 4, 0, 0x10, 0, 0x0b],
        ...[0, 20, 4, ...Buffer.from("name"), 1, 13, 2, 0, 5, ...Buffer.from("seven"), 1, 3],
        ...Buffer.from("out"),
    ])

    test("become callable by name, next to those that already were", () => {
        const module = new WebAssembly.Module(exportFunctions(MODULE, ["seven"]))
        const { seven, out } = new WebAssembly.Instance(module, {}).exports as Record<string, () => number>
        expect([seven!(), out!()]).toEqual([7, 7])
    })

    test("are reported if they do not exist", () => {
        expect(() => exportFunctions(MODULE, ["eight"])).toThrow(NoSuchFunction)
    })
})
