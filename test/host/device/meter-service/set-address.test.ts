import { afterEach, describe, expect, test } from "vitest"
import { ONE_METER } from "../../end-to-end/house"
import { closeOpenHouses } from "../open-house"
import { command, meterService, openHouse, SET_ADDRESS } from "./meter-service"

afterEach(closeOpenHouses)

describe("set_address", () => {
    test("changes the address, after which the meter is reported as missing", async () => {
        const open = await openHouse()
        const { house, meter } = open
        await house.until("readings arrive", () => house.counters.accepted >= 1)
        expect(await command(await meterService(open), SET_ADDRESS, [247])).toBe("done")
        expect(meter.address).toBe(247)
        expect(house.said("info")).toContain(
            "heatpump: address is 247 now; the meter is not read until devicescript.json has this address",
        )
        await house.until("it is missed", () => house.said("warn").length > 0)
        expect(house.said("warn")[0]).toContain("heatpump: no readings")
    })

    test("refuses an address that is in use or out of range", async () => {
        const meters = [...ONE_METER.meters, { name: "car", model: "pzem-016" as const, address: 7 }]
        const open = await openHouse({ config: { ...ONE_METER, meters } })
        const service = await meterService(open)
        for (const address of [0, 7, 248, 255]) {
            expect(await command(service, SET_ADDRESS, [address])).toBe("not implemented")
        }
        expect(open.meter.address).toBe(1)
        expect(open.house.said("error")).toEqual([
            "heatpump: setAddress failed: meter address must be 1 to 247, not 0",
            "heatpump: setAddress failed: address 7 is already in use",
            "heatpump: setAddress failed: meter address must be 1 to 247, not 248",
            "heatpump: setAddress failed: meter address must be 1 to 247, not 255",
        ])
    })
})
