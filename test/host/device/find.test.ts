import type { JDBus } from "jacdac-ts"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Device } from "../../../tools/device/device"

const KITCHEN = "a1015c2109a40016"
const CELLAR = "b2015c2109a40016"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test("a device is found by how its id begins, in capitals too", async () => {
    expect(await idOf(find([KITCHEN, CELLAR], "b2"))).toBe(CELLAR)
    expect(await idOf(find([KITCHEN, CELLAR], "A101"))).toBe(KITCHEN)
    expect(await idOf(find([KITCHEN]))).toBe(KITCHEN)
})

test("without a choice among several, none is taken", async () => {
    await expect(find([KITCHEN, CELLAR])).rejects.toThrow(`choose one with --device: ${KITCHEN}, ${CELLAR}`)
})

test("an id that no device has is not reported as a missing device", async () => {
    await expect(late(find([KITCHEN, CELLAR], "c3"))).rejects.toThrow(
        `no device has an id that begins with c3; there is ${KITCHEN}, ${CELLAR}`,
    )
    await expect(late(find([], "c3"))).rejects.toThrow("no device was found within 3 s")
})

function find(ids: readonly string[], id?: string): Promise<Device> {
    const bus = { devices: () => ids.map(deviceId => ({ deviceId })) } as unknown as JDBus
    return Device.find(bus, id)
}

async function idOf(device: Promise<Device>): Promise<string> {
    return (await device).id
}

/** Lets the time pass that a device has to announce itself. */
async function late(device: Promise<Device>): Promise<Device> {
    device.catch(() => {})
    await vi.advanceTimersByTimeAsync(4000)
    return device
}
