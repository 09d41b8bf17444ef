import { afterEach, expect, test } from "vitest"
import { closeOpenHouses, ENERGY_WH, OpenHouse } from "./open-house"

afterEach(closeOpenHouses)

test("settings are written, shown and deleted, and the program uses them at once", async () => {
    const open = await OpenHouse.build()
    const { house } = open
    await house.until("readings arrive", () => house.counters.accepted >= 1)
    expect(await open.run("settings", "set", "EMON_NODE=cellar")).toEqual({
        code: 0,
        stdout: "EMON_NODE: written. The program restarts.\n",
        stderr: "",
    })
    await house.until("readings arrive there", () => house.arrivals.some(({ node }) => node === "cellar"))
    const shown = await open.run("settings", "get")
    expect(shown.stdout).toContain('EMON_NODE="cellar"\n')
    expect(shown.stdout).toContain("EMON_KEY=is set\n")
    expect(shown.stdout).not.toMatch(new RegExp(`WIFI|${house.server.writeKey}`))
    expect((await open.run("settings", "unset", "EMON_NODE")).code).toBe(0)
    await house.until("it complains", () =>
        house.said("error").some(text => text.includes("EMON_NODE: missing")),
    )
    expect((await open.run("settings", "get", "EMON_NODE")).stdout).toBe("EMON_NODE=\n")
    expect(house.rig.stops).toEqual([])
})

test("a simulated device has no WiFi", async () => {
    const open = await OpenHouse.build()
    const { code, stderr } = await open.run("wifi", "status")
    expect(stderr).toBe(
        "npm run device: this device has no WiFi; a simulated device uses the computer's network\n",
    )
    expect(code).toBe(1)
})

test("a command asks at a terminal, and does nothing without a yes", async () => {
    const open = await OpenHouse.build()
    const { code, stderr } = await open.answer("n", "reset-energy", "heatpump")
    expect(stderr).toBe(
        "Set the energy counter of heatpump to 0? [y/N] npm run device: nothing was changed\n",
    )
    expect(code).toBe(1)
    expect(open.meter.energyWh).toBeGreaterThanOrEqual(ENERGY_WH)
    expect(open.house.rig.stops).toEqual([])
})
