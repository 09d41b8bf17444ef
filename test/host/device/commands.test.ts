import { afterEach, describe, expect, test } from "vitest"
import { readStatus } from "../../../tools/device/status"
import { closeOpenHouses, ENERGY_WH, OpenHouse } from "./open-house"

afterEach(closeOpenHouses)

describe("npm run device", () => {
    test("shows status and log", async () => {
        const open = await OpenHouse.build()
        await open.house.until("readings arrive", () => open.house.counters.accepted >= 1)
        const status = await open.run("status")
        expect(status.stdout).toMatch(/^readings +\d+ taken, \d+ accepted, \d+ waiting$/m)
        const { program } = JSON.parse((await open.run("status", "--json")).stdout)
        expect(program.counters.accepted).toBeGreaterThanOrEqual(1)
        expect((await open.run("log")).code).toBe(0)
    })

    test("refuses two ways to the device", async () => {
        const open = await OpenHouse.build()
        const { code, stderr } = await open.run("--serial", "/dev/ttyNone", "status")
        expect(stderr).toMatch(
            /^error: --serial and --port are two ways to the device; leave one of them out/,
        )
        expect(code).toBe(1)
    })

    test("refuses to change a meter without a terminal or --yes", async () => {
        const open = await OpenHouse.build()
        const { code, stderr } = await open.run("reset-energy", "heatpump")
        expect(code).toBe(1)
        expect(stderr).toContain("Without a terminal, confirm it with --yes.")
        expect(open.meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
        expect(open.house.rig.stops).toEqual([])
    })

    test.each([
        [["set", "LOG_LEVEL"], "settings set: this is not a setting. Write KEY=value"],
        [["set", "LOG_LEVEL=high"], 'LOG_LEVEL cannot be "high"'],
        [["set", "RESTARTS="], 'RESTARTS cannot be "". Use 0.'],
        [["set", "EMON_NODE=a", "EMON_NODE=b"], "EMON_NODE is given twice"],
    ])("settings %s is refused, and changes nothing", async (args, words) => {
        const open = await OpenHouse.build()
        const { code, stderr } = await open.run("settings", ...args)
        expect(stderr).toContain(words)
        expect(code).toBe(1)
        expect(open.house.rig.stops).toEqual([])
    })

    test("reset-energy resets the counter and keeps all waiting readings", async () => {
        const open = await OpenHouse.build()
        const { house, meter } = open
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        await house.takeServer()
        await house.until("readings wait", () => house.counters.queued >= 3)
        const waited = house.counters.queued
        const { code, stdout } = await open.run("reset-energy", "heatpump", "--yes")
        expect(stdout).toMatch(/^heatpump: the energy counter is now 0, it was 5\.0\d\d kWh$/m)
        expect(code).toBe(0)
        expect(meter.energyWh).toBeLessThan(ENERGY_WH)
        await house.bringServer()
        await house.until(
            "all arrive",
            () => house.counters.accepted >= waited && house.counters.queued === 0,
        )
        expect(house.counters.recovered).toBeGreaterThanOrEqual(waited)
        expect(house.counters.dropped).toBe(0)
    })

    test("scans the line and changes a meter's address", async () => {
        const open = await OpenHouse.build()
        const scan = await open.run("scan", "1-4", "--json", "--yes")
        expect(JSON.parse(scan.stdout)).toEqual({
            done: true,
            said: ["address 1: heatpump", "1 of addresses 1 to 4 answer"],
        })
        const moved = await open.run("set-address", "1:7", "--yes")
        expect(moved.stdout).toContain("the meter is at address 7 now")
        expect(open.meter.address).toBe(7)
        const { program } = await readStatus(await open.connect())
        expect(program.start.safeMode).toBe(false)
    })

    test("reports why a command failed, and polling continues", async () => {
        const open = await OpenHouse.build()
        expect((await open.run("reset-energy", "boiler", "--yes")).stderr).toContain(
            "there is no meter boiler; choose from heatpump",
        )
        open.meter.powerOff()
        const { code, stdout } = await open.run("reset-energy", "heatpump", "--yes")
        expect(code).toBe(1)
        expect(stdout).toContain("no answer")
        open.meter.powerOn()
        await open.house.until("readings arrive", () => open.house.counters.accepted >= 1)
    })
})
