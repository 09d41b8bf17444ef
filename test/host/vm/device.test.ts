import { afterEach, beforeAll, expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { DeployError, Device, type LogLine } from "../../../sim/vm/device"
import { Flash } from "../../../sim/vm/flash"
import { compileProgram } from "../../../tools/compile/compile"

/** What the device's program can do; see `test/device/vm/parts.ts`. */
enum Part {
    Levels = 1,
    Restart = 2,
    Reboot = 3,
    Settings = 4,
    Heap = 5,
    Panic = 6,
    Tick = 7,
    Write = 8,
}

let program: Uint8Array

beforeAll(async () => {
    const entry = "test/device/vm/parts.ts"
    program = (await compileProgram({ entry, target: "simulator" })).bytecode
})

const clocks: VirtualClock[] = []
const devices: Device[] = []

afterEach(() => {
    for (const device of devices.splice(0)) device.powerOff()
    for (const clock of clocks.splice(0)) clock.stop()
})

function newClock(): VirtualClock {
    const clock = new VirtualClock(1000, 0)
    clocks.push(clock)
    return clock
}

/** A device that is switched on, with a record of what it says and does. */
async function bench(part: Part, { flash = new Flash(), clock = newClock() } = {}) {
    const log: LogLine[] = []
    const stops: number[] = []
    const device = new Device({
        clock,
        flash,
        id: `e3015c2109a4000${part}`,
        onLog: line => log.push(line),
        onProgramStop: code => stops.push(code),
    })
    devices.push(device)
    await device.powerOn()
    const said = () => log.filter(({ level }) => level !== undefined)
    return {
        device,
        stops,
        said,
        /** The uptimes at which the program has begun, in ms. */
        begun: () => said().flatMap(({ text }) => (text.startsWith("up ") ? [Number(text.slice(3))] : [])),
        pass: (ms: number) => sleep(clock, ms),
    }
}

test("passes on each console level, with the time of the clock", async () => {
    const { device, said, pass } = await bench(Part.Levels)
    device.deploy(program)
    await pass(8000)
    expect(said().map(({ level, text }) => [level, text])).toEqual([
        ["info", expect.stringMatching(/^up \d+$/)],
        ["debug", "fine"],
        ["info", "told"],
        ["warn", "odd"],
        ["error", "bad"],
    ])
    const [, , , odd, bad] = said().map(({ time }) => time)
    expect(bad! - odd!).toBeGreaterThanOrEqual(5000)
    expect(bad! - odd!).toBeLessThan(5100)
})

test("ds.restart() restarts the program on the same runtime", async () => {
    const { device, begun, stops, pass } = await bench(Part.Restart)
    device.deploy(program)
    await pass(3500)
    const [first, second] = begun()
    expect(second! - first!).toBeGreaterThanOrEqual(2000)
    expect(stops).toEqual([0])
    expect(device.resets).toBe(0)
})

test("ds.reboot() starts a new runtime with a new uptime on the same flash", async () => {
    const { device, begun, pass } = await bench(Part.Reboot)
    await pass(2_000_000)
    device.deploy(program)
    await expect.poll(() => begun().length, { timeout: 60_000 }).toBeGreaterThan(1)
    const [first, second] = begun()
    expect(first).toBeGreaterThanOrEqual(2_000_000)
    expect(second).toBeLessThan(2_000_000)
    expect(device.resets).toBeGreaterThanOrEqual(1)
    expect(device.crashes).toEqual([])
})

test("program and settings survive a power cut in their flash", async () => {
    const flash = new Flash()
    const before = await bench(Part.Settings, { flash })
    before.device.deploy(program)
    await before.pass(3000)
    before.device.powerOff()
    expect(before.said().at(-1)?.text).toBe("started 0 times before")
    const { writes } = flash
    expect(writes).toBeGreaterThan(0)

    await before.device.powerOn()
    await before.pass(3000)
    expect(before.said().at(-1)?.text).toBe("started 1 times before")
    expect(flash.writes).toBeGreaterThan(writes)

    const other = await bench(Part.Settings, { flash })
    await other.pass(3000)
    expect(other.said().at(-1)?.text).toBe("started 2 times before")

    const erased = await bench(Part.Settings)
    await erased.pass(3000)
    expect(erased.said()).toEqual([])
})

test("a power cut during a write loses settings and program, as on the real firmware", async () => {
    const flash = new Flash()
    const { device, said, pass } = await bench(Part.Settings, { flash })
    device.deploy(program)
    await pass(3000)
    device.powerOff()
    const { writes, image } = flash
    flash.failAt(1, 0.2, () => device.powerOff())
    await device.powerOn()
    await pass(3000)
    expect(said().at(-1)?.text).toBe("started 1 times before")
    expect(flash.writes).toBe(writes + 1)
    expect(device.heap()).toBeUndefined()

    const told = said().length
    await device.powerOn()
    await pass(3000)
    expect(said().slice(told)).toEqual([])

    const whole = await bench(Part.Settings, { flash: new Flash(image) })
    await whole.pass(3000)
    expect(whole.said().at(-1)?.text).toBe("started 1 times before")
})

test("a power cut during a write stops the program, even if the write is complete", async () => {
    const flash = new Flash()
    const { device, said, pass } = await bench(Part.Write, { flash })
    device.deploy(program)
    flash.failAt(1, 1, () => device.powerOff())
    await pass(5000)
    expect(said().map(({ text }) => text)).toEqual([expect.stringMatching(/^up /)])
    await device.powerOn()
    await pass(5000)
    expect(said().at(-1)?.text).toBe("written 1")
})

test("a device without power does nothing, and refuses a program", async () => {
    const { device, said, pass } = await bench(Part.Tick)
    device.deploy(program)
    await pass(5500)
    device.powerOff()
    const lines = said().length
    expect(lines).toBeGreaterThan(4)
    await pass(5000)
    expect(said()).toHaveLength(lines)
    expect(device.heap()).toBeUndefined()
    expect(() => device.deploy(program)).toThrow("switched off")
})

test("reports how much heap the program uses", async () => {
    const { device, pass } = await bench(Part.Heap)
    device.deploy(program)
    await pass(1000)
    const before = device.heap()!
    await pass(2000)
    const after = device.heap()!
    expect(before.size).toBeGreaterThan(60_000)
    expect(before.used).toBeLessThan(before.size / 2)
    expect(after.used - before.used).toBeGreaterThanOrEqual(10_000)
    expect(after.used - before.used).toBeLessThan(11_000)
    expect(after.size).toBe(before.size)
    expect(after.free.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(after.size - after.used)
})

test("an uncaught exception stops the program with a panic code, and it restarts", async () => {
    const { device, begun, stops, pass } = await bench(Part.Panic)
    device.deploy(program)
    await pass(4000)
    // DEVS_PANIC_UNHANDLED_EXCEPTION
    expect(stops).toEqual([60_005])
    await pass(4000)
    expect(begun()).toHaveLength(2)
    expect(device.crashes).toEqual([])
})

test("refuses bytes that are not a program", async () => {
    const { device } = await bench(Part.Tick)
    expect(() => device.deploy(new Uint8Array(1000))).toThrow(DeployError)
})

test("two devices on one clock do not affect each other", async () => {
    const clock = newClock()
    const ticking = await bench(Part.Tick, { clock })
    const panicking = await bench(Part.Panic, { clock })
    ticking.device.deploy(program)
    panicking.device.deploy(program)
    await sleep(clock, 10_000)
    expect(panicking.stops).toContain(60_005)
    expect(ticking.stops).toEqual([])
    expect(ticking.begun()).toHaveLength(1)
    expect(ticking.said().filter(({ text }) => text === "tick").length).toBeGreaterThanOrEqual(9)
    expect(panicking.said().some(({ text }) => text === "tick")).toBe(false)
})
