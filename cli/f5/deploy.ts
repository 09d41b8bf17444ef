import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { deploy } from "../../tools/deploy/main-program"
import { BusConnection } from "../../tools/device/bus-connection"
import { Device } from "../../tools/device/device"
import { NoDevice, NoReply } from "../../tools/device/errors"
import { projectRoot } from "../../tools/project"

/** Output file of DeviceScript's tools. */
const BUILT = ".devicescript/bin/bytecode.devs"

/** How long the simulator may take to start on a busy computer, in ms. */
const PATIENCE_MS = 120_000
const AGAIN_MS = 1000

/**
 * Deploys the build of DeviceScript's tools, with settings, to the simulator on their bus.
 * @throws NoDevice, NoReply
 */
export async function deployBuilt(port: number, settings: ReadonlyMap<string, unknown>): Promise<void> {
    const bytecode = await readFile(join(projectRoot, BUILT))
    const connection = await BusConnection.open([port])
    try {
        const device = await found(connection)
        for (const [key, value] of settings) {
            if (value !== undefined) await patiently(() => device.writeSetting(key, value))
        }
        await patiently(() => deploy(device, bytecode))
    } finally {
        await connection.close()
    }
}

async function found({ bus }: BusConnection): Promise<Device> {
    for (const end = performance.now() + PATIENCE_MS; ; ) {
        try {
            return await Device.find(bus)
        } catch (error) {
            if (!(error instanceof NoDevice) || performance.now() > end) throw error
        }
    }
}

/** Repeats the work until it gets an answer. */
async function patiently(work: () => Promise<void>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; ; await wait(AGAIN_MS)) {
        try {
            return await work()
        } catch (error) {
            if (!(error instanceof NoReply) || performance.now() > end) throw error
        }
    }
}
