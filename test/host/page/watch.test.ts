import { afterEach, expect, test, vi } from "vitest"
import { Device } from "../../../tools/device/device"
import { watchConnection } from "../../../tools/page/connect"
import { DeviceWatch } from "../../../tools/page/device-watch"
import { LivePage } from "../../../tools/page/live-page"
import type { ToPage } from "../../../tools/page/messages"
import { closeOpenHouses, OpenHouse } from "../device/open-house"

afterEach(closeOpenHouses)

test("a page that is opened late shows the log from before; when the device falls silent or leaves, it says so", async () => {
    const open = await OpenHouse.build()
    const { house } = open
    await house.until("readings arrive", () => house.counters.accepted >= 3)
    const bus = await open.join()
    const device = await Device.find(bus)

    const page = new LivePage(() => house.clock.now(), undefined)
    const told: ToPage[] = []
    page.join((...messages) => told.push(...messages))
    function watched(): () => Promise<void> {
        let leave = () => {}
        const closed = new Promise<void>(resolve => {
            leave = resolve
        })
        const watching = watchConnection({ bus, closed, close: async () => {} }, device, page)
        return () => {
            leave()
            return watching
        }
    }

    vi.spyOn(device, "setting").mockRejectedValueOnce(new Error("it is away"))
    const disturbed = watched()
    await vi.waitFor(() => {
        const lines = told.flatMap(message => (message.type === "log" ? message.lines : []))
        expect(lines).toContainEqual(
            expect.objectContaining({ source: "page", text: "the earlier log cannot be read: it is away" }),
        )
    }, 20_000)
    await disturbed()

    const leave = watched()
    await vi.waitFor(() => {
        const logs = told.flatMap(message => (message.type === "hello" ? [message.log] : []))
        expect(logs.at(-1)).toContainEqual(
            expect.objectContaining({ source: "program", text: expect.stringContaining("powered on") }),
        )
    }, 20_000)
    await leave()
    await vi.waitFor(() =>
        expect(told.at(-1)).toMatchObject({
            type: "state",
            silence: "the connection to the device has ended",
        }),
    )
    page.close()

    // The power fails after the device has announced a reading, and before anybody has asked for its values.
    const silent = vi.fn()
    const watch = new DeviceWatch(device, {
        meters: () => {},
        sample: () => {},
        work: () => {},
        record: source => {
            if (source === "heatpump") house.simulation.device.powerOff()
        },
        silent,
    })
    const run = watch.run()
    await vi.waitFor(
        () => expect(silent).toHaveBeenCalledWith(expect.stringContaining("does not answer")),
        20_000,
    )
    watch.stop()
    await run
})
