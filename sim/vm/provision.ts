import { DEVICE_ANNOUNCE, type JDBus, type JDDevice, SettingsClient, SRV_SETTINGS } from "jacdac-ts"
import { type Clock, sleep } from "../clock"

/** The device never showed its settings service on the bus. */
export class NoSettingsService extends Error {
    constructor(
        readonly deviceId: string,
        readonly waitedMs: number,
    ) {
        super(`Device ${deviceId} offered no settings service within ${waitedMs} ms`)
        this.name = "NoSettingsService"
    }
}

const PATIENCE_MS = 10_000

/**
 * Writes settings to a running device the way the DeviceScript tools do on deployment: over the Jacdac bus, to the
 * firmware's settings service. So a key takes the same path as on hardware.
 *
 * @param settings JSON values by key; `undefined` deletes
 * @throws NoSettingsService
 */
export async function provision(
    bus: JDBus,
    clock: Clock,
    deviceId: string,
    settings: ReadonlyMap<string, unknown>,
): Promise<void> {
    const device = await announced(bus, clock, deviceId)
    const service = device.services({ serviceClass: SRV_SETTINGS })[0]
    if (!service) throw new NoSettingsService(deviceId, PATIENCE_MS)
    const client = new SettingsClient(service)
    for (const [key, value] of settings) {
        if (value === undefined) await client.deleteValue(key)
        else await client.setValue(key, new TextEncoder().encode(JSON.stringify(value)))
    }
}

function announced(bus: JDBus, clock: Clock, deviceId: string): Promise<JDDevice> {
    return new Promise((resolve, reject) => {
        const known = bus.device(deviceId, true)
        if (known?.announced) return resolve(known)
        const forget = bus.subscribe<JDDevice>(DEVICE_ANNOUNCE, device => {
            if (device.deviceId !== deviceId) return
            forget()
            resolve(device)
        })
        void sleep(clock, PATIENCE_MS).then(() => {
            forget()
            reject(new NoSettingsService(deviceId, PATIENCE_MS))
        })
    })
}
