import { afterEach, describe, expect, test } from "vitest"
import { BusConnection } from "../../../tools/device/bus-connection"
import { entryLine } from "../../../tools/device/format"
import { followLog, storedLog } from "../../../tools/device/log"
import { readStatus } from "../../../tools/device/status"
import { statusLines } from "../../../tools/device/status-text"
import { ONE_METER } from "../end-to-end/house"
import { closeOpenHouses, OpenHouse } from "./open-house"

afterEach(closeOpenHouses)

describe("status", () => {
    test("shows the program's counters and the meter's values", async () => {
        const { house, ...rest } = await openHouse()
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        const { program, firmware } = await readStatus(await rest.connect())
        const { counters, clock, start, actors, meters, line } = program

        expect(Object.keys(counters)).toEqual(Object.keys(house.counters))
        expect(counters.accepted).toBeGreaterThanOrEqual(3)
        expect(counters.requests).toBeGreaterThan(0)
        expect(Math.abs(clock!.now - house.clock.now())).toBeLessThan(5000)
        expect(start).toMatchObject({ reason: "powered on", restarts: 0, safeMode: false })
        expect(firmware.program).toMatchObject({ name: "emonscript", running: true })
        expect(actors.map(({ name }) => name)).toEqual(
            expect.arrayContaining(["poller", "uplink", "logbook"]),
        )
        expect(actors.every(({ restarts }) => restarts === 0)).toBe(true)
        expect(line).toMatchObject({ retries: 0, "bytes drained": 0 })
        expect(meters).toHaveLength(1)
        expect(meters[0]!.name).toBe("heatpump")
        const arrived = new Set(house.at("power").map(({ value }) => value))
        expect(arrived).toContain(meters[0]!.values.power)
        expect(meters[0]!.values.energy).toBeGreaterThanOrEqual(5)
    })

    test("shows no values for a meter that does not answer", async () => {
        const { house, meter, connect } = await openHouse()
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        meter.powerOff()
        await house.until("it is missed", () => house.said("warn").some(text => text.startsWith("heatpump")))
        const status = await readStatus(await connect())
        expect(status.program.meters).toEqual([{ name: "heatpump", values: {} }])
        expect(status.program.line.NoAnswer).toBeGreaterThan(0)
        expect(statusLines(status)).toContain(
            "heatpump    unknown; it does not answer, or has not been polled yet",
        )
    })

    test("works before the first reading and upload", async () => {
        const { connect } = await openHouse({ away: true })
        const { program } = await readStatus(await connect())
        expect(program.clock).toBeUndefined()
        expect(program.counters.accepted).toBe(0)
        expect(program.meters[0]!.values).toEqual({})
    })

    test("shows where readings wait, and how many are in doubt", async () => {
        const { house, connect } = await openHouse()
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        const device = await connect()
        const before = (await readStatus(device)).program
        expect(before.clockDoubted).toBe(false)
        expect(before.queue!.memory.limit).toBeGreaterThan(10)
        // As in docs/DESIGN.md: 22 slots for readings, one of which is always free.
        expect(before.queue).toMatchObject({ flash: { blocks: 0, limit: 21 }, inDoubt: 0 })
        await house.proxy.add({ type: "timeout", timeout: 0 })
        await house.until("an upload fails", () => house.counters.uploadErrors > 0)
        const { queue, counters } = (await readStatus(device)).program
        expect(queue!.inDoubt).toBeGreaterThan(0)
        expect(queue!.inDoubt).toBeLessThanOrEqual(counters.queued)
    })

    test("lists the meters in the configured order", async () => {
        const { house, connect } = await openHouse({
            config: {
                ...ONE_METER,
                meters: [{ name: "car", model: "pzem-004t-v3", address: 9 }, ...ONE_METER.meters],
            },
        })
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        const { meters } = (await readStatus(await connect())).program
        expect(meters.map(({ name }) => name)).toEqual(["car", "heatpump"])
        expect(meters[0]!.values).toEqual({})
        expect(meters[1]!.values.voltage).toBeGreaterThan(200)
    })
})

describe("log", () => {
    test("has the records in RAM and those in flash", async () => {
        const { house, connect } = await openHouse({ settings: { EMON_KEY: undefined } })
        await house.until("it complains", () => house.said("error").length > 0)
        const device = await connect()
        expect((await device.setting("log0")).length).toBe(0)
        const before = await storedLog(device)
        expect(before.current.map(({ text }) => text)).toEqual(
            expect.arrayContaining(house.said("error").slice(0, 1)),
        )
        await house.pass(60)
        expect((await device.setting("log0")).length).toBeGreaterThan(0)
        const after = await storedLog(device)
        expect(after.current.slice(0, before.current.length)).toEqual(before.current)
    })

    test("follows what the console prints", async () => {
        const { house, connect } = await openHouse()
        const heard: string[] = []
        const from = house.rig.log.length
        const end = await followLog(await connect(), ({ text }) => heard.push(text))
        await house.until("readings arrive", () => house.counters.accepted >= 3)
        await house.pass(2)
        end()
        const told = house.rig.log.slice(from).filter(({ level }) => level && level !== "debug")
        expect(heard.filter(text => text.startsWith("heatpump: ")).length).toBeGreaterThan(2)
        expect(told.map(({ text }) => text)).toEqual(expect.arrayContaining(heard))
    })

    test("gives live records wall-clock time once it is known", async () => {
        const { house, connect } = await openHouse()
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        const lines: string[] = []
        const end = await followLog(await connect(), entry => {
            expect(Math.abs(entry.seconds - house.now)).toBeLessThan(5)
            lines.push(entryLine(entry))
        })
        await house.until("a record", () => lines.length > 0)
        end()
        expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (info|notice) {1,4}\S/)
    })
})

test.each(["read", "write"] as const)("neither status nor log contains the %s key", async key => {
    const { house, connect } = await openHouse({ key })
    await house.until(
        "it complains or uploads",
        () => house.said("error").length + house.counters.accepted > 0,
    )
    await house.pass(40)
    const device = await connect()
    const all = JSON.stringify([await readStatus(device), await storedLog(device)])
    expect(all).toContain("uplink")
    for (const secret of [house.server.readKey, house.server.writeKey]) expect(all).not.toContain(secret)
})

test("reports a silent port and a program without services", async () => {
    await expect(BusConnection.open([1])).rejects.toThrow("nothing answers at 127.0.0.1:1")
    const { connect } = await openHouse({ config: { ...ONE_METER, services: false } })
    const device = await connect()
    await expect(readStatus(device)).rejects.toThrow('"services": false')
    expect(await storedLog(device)).toEqual({ last: [], current: [] })
})

/** The parts of an {@link OpenHouse}, for destructuring. */
async function openHouse(options?: Parameters<typeof OpenHouse.build>[0]) {
    const opened = await OpenHouse.build(options)
    return { house: opened.house, meter: opened.meter, connect: () => opened.connect() }
}
