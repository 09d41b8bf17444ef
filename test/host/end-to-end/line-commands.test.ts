import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { runCommand } from "../../../cli/start/run-command"
import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import type { PeacefairMeter } from "../../../sim/meter/peacefair"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { Rig } from "../../../sim/rig"
import { Flash } from "../../../sim/vm/flash"
import { NotAgreed, UnknownMeter } from "../../../tools/commands/agree"
import { COMMAND_PROGRAM, type LineCommand, orderSource } from "../../../tools/commands/line-command"
import type { CommandOutcome } from "../../../tools/commands/outcome"
import { buildImage } from "../../../tools/image"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"

const config: Config = {
    board: defaultConfig.board,
    line: defaultConfig.line,
    meters: [
        { name: "pump", model: "pzem-016", address: 1 },
        { name: "car", model: "pzem-016", address: 2 },
    ],
}
const ALARM_THRESHOLD = 1
const RESET_ENERGY = 0x42

let clock: VirtualClock
let meters: PeacefairMeter[]
let line: VirtualLine
/** Addresses of the meters that have reset their energy, in order. */
let resets: number[]
let losesConfirmation: boolean

beforeEach(() => {
    clock = new VirtualClock(Number.POSITIVE_INFINITY)
    meters = [1, 2].map(address =>
        pzem016({
            clock,
            address,
            load: constantLoad({ power: 1000 }),
            energyWh: 5000 * address,
            poweredSince: clock.now(),
            seed: address,
        }),
    )
    resets = []
    losesConfirmation = false
    const slaves = meters.map(meter => ({
        receive(frame: Uint8Array) {
            const answer = meter.receive(frame)
            if (!answer || frame[1] !== RESET_ENERGY) return answer
            resets.push(frame[0]!)
            return losesConfirmation ? undefined : answer
        },
    }))
    line = new VirtualLine({ clock, slaves })
})

afterEach(async () => {
    await line.close()
    clock.stop()
})

async function run(command: LineCommand, yes = true): Promise<CommandOutcome> {
    return runCommand(command, { clock, line, config, yes, view: { show: () => {} } })
}

describe("commands of npm start", () => {
    test("scan finds the meters and names the configured ones", async () => {
        meters[0]!.powerOff()
        const { done, said } = await run({ name: "scan", first: 1, last: 8 })
        expect(done).toBe(true)
        expect(said).toEqual(["address 2: car", "2 of addresses 1 to 8 answer"])
    })

    test("set-alarm sets the threshold in the meter", async () => {
        const { done, said } = await run({ name: "set-alarm", meter: "car", value: 2300 })
        expect({ done, said }).toEqual({ done: true, said: ["car: power_threshold is 2300 W now"] })
        expect(meters[1]!.setting(ALARM_THRESHOLD)).toBe(2300)
    })

    test("set-alarm refuses a threshold beyond the meter's range", async () => {
        const { done, said } = await run({ name: "set-alarm", meter: "car", value: 99_999 })
        expect(done).toBe(false)
        expect(said).toEqual(["power_threshold must be 0 to 23000 W"])
        expect(meters[1]!.setting(ALARM_THRESHOLD)).toBe(23_000)
    })

    test("set-address changes an address, but not to one in use", async () => {
        expect((await run({ name: "set-address", from: 1, to: 2 })).said).toEqual([
            "address 2 is already in use",
        ])
        expect(meters[0]!.address).toBe(1)
        expect((await run({ name: "set-address", from: 1, to: 9 })).done).toBe(true)
        expect(meters.map(meter => meter.address)).toEqual([9, 2])
    })

    test("reset-energy resets only the named meter, and only once, even if the confirmation is lost", async () => {
        losesConfirmation = true
        line.faults.enable("truncated", { rate: 0.3 })
        const { said } = await run({ name: "reset-energy", meter: "pump" })
        line.faults.disableAll()
        expect(said.at(-1)).toMatch(/^pump: the energy counter is now 0, it was 5\.00\d kWh$/)
        expect(resets).toEqual([1])
        expect(meters[0]!.energyWh).toBeLessThan(10)
        expect(meters[1]!.energyWh).toBeGreaterThan(10_000)
    })

    test("diagnose names the meter that does not answer", async () => {
        meters[1]!.powerOff()
        const { said } = await run({ name: "diagnose" })
        expect(said[0]).toBe("pump: answers every time")
        expect(said[1]).toMatch(/^car: no answer at all/)
        expect(said[2]).toMatch(/^line counters: requests \d\d, retries \d+, .*NoAnswer [5-9]$/)
        expect(said[3]).toBe("the line is fine, but not all meters are")
    })

    test("does not repeat a command when the program starts again", async () => {
        const overrides = orderSource({ name: "reset-energy", meter: "pump" })
        const { bytecode, hardware } = await buildImage({ entry: COMMAND_PROGRAM, config, overrides })
        const flash = new Flash()
        const said: string[] = []
        for (let start = 0; start < 2; start++) {
            const rig = new Rig({ clock, bytecode, hardware, line, flash })
            await rig.start()
            await rig.pass(60)
            await rig.simulation.stop()
            said.push(...rig.log.map(({ text }) => text))
        }
        const told = said.filter(text => text.startsWith("command: "))
        expect(told).toHaveLength(2)
        expect(told[0]).toContain("it was 5.0")
        expect(told[1]).toContain("was carried out before")
        expect(resets).toEqual([1])
        // more than a minute at 1 kW has passed since the first start
        expect(meters[0]!.energyWh).toBeGreaterThan(16)
    })

    test("refuses an unknown meter and a change without confirmation", async () => {
        await expect(run({ name: "reset-energy", meter: "boiler" })).rejects.toThrow(UnknownMeter)
        await expect(run({ name: "reset-energy", meter: "pump" }, false)).rejects.toThrow(NotAgreed)
        expect(resets).toEqual([])
        expect(meters[0]!.energyWh).toBeGreaterThan(4999)
    })
})
