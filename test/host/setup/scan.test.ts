import { afterEach, expect, test } from "vitest"
import { foundIn, ScanFailed, scanChip, scanDevice } from "../../../cli/setup/scan"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { closeOpenHouses, OpenHouse } from "../device/open-house"
import { ONE_METER } from "../end-to-end/house"

afterEach(closeOpenHouses)

test("reads addresses, and models that a register reveals, from a scan's output", () => {
    expect(
        foundIn([
            "25 of 247",
            "address 1: heatpump",
            "address 2: pump, but a sdm630 according to its register",
            'address 3: a meter that is not configured, a dtsu666; for devicescript.json: {"name":"meter3","model":"dtsu666","address":3}',
            'address 7: a meter that is not configured, model unknown; for devicescript.json: {"name":"meter7","model":"MODEL","address":7}',
            "address 9: a damaged answer; perhaps two meters share it",
            "1, 2, 3, 7, 9 of addresses 1 to 247 answer",
        ]),
    ).toEqual([
        { address: 1 },
        { address: 2, model: "sdm630" },
        { address: 3, model: "dtsu666" },
        { address: 7 },
        { address: 9 },
    ])
})

test("finds meters over a chip, and lets its program continue", async () => {
    const meter = (id: string, address: number) => (clock: Parameters<typeof virtualMeter>[1]["clock"]) =>
        virtualMeter(readModel(id, projectRoot), { clock, address, load: constantLoad({ power: 100 }) })
    const open = await OpenHouse.build({
        slaves: clock => [meter("pzem-016", 1)(clock), meter("sdm630", 3)(clock)],
    })
    const { house } = open
    await house.until("readings arrive", () => house.counters.accepted >= 1)
    const { board, line } = ONE_METER
    const found = await scanDevice(await open.connect(), { board, line }, "1-4", () => {})
    expect(found).toEqual([{ address: 1 }, { address: 3 }])
    const before = house.arrivals.length
    await house.until("readings arrive again", () => house.arrivals.length > before)
})

test("reports a port without a chip in a sentence", async () => {
    const scan = scanChip("/dev/none", ONE_METER, () => {})
    await expect(scan).rejects.toThrow(ScanFailed)
    await expect(scan).rejects.toThrow("/dev/none")
})

test("lets go of a chip's port when it cannot scan", async () => {
    const clock = new VirtualClock(1, Date.now())
    const chip = new StandInChip({ clock })
    const path = await chip.plugIn()
    for (let run = 0; run < 2; run++) {
        const scan = scanChip(path, { board: "none", line: ONE_METER.line }, () => {})
        await expect(scan).rejects.toThrow(ScanFailed)
        await expect(scan).rejects.toThrow('board = "none"')
    }
    await chip.pullOut()
    clock.stop()
})
