import { CMD_SET_REG, DeviceScriptManagerReg, Packet, SRV_DEVICE_SCRIPT_MANAGER } from "jacdac-ts"
import { PREPARE, SRV_EMON_STATION } from "../../sim/bus/services"
import { ask, type Device } from "./device"
import { NoServices } from "./errors"

/** How long the program may take to save the queue, in ms: if there is no room, it has to downsample. */
const SAVE_MS = 330_000

/**
 * Restarts a device's program, which reads its settings on start-up. If the program can, it first saves the waiting readings.
 * @throws NoReply
 */
export async function restartProgram(device: Device): Promise<void> {
    try {
        const [station] = await device.program(SRV_EMON_STATION)
        await ask(station!, Packet.onlyHeader(PREPARE), SAVE_MS, 1)
    } catch (error) {
        if (!(error instanceof NoServices)) throw error
    }
    const manager = await device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
    for (const running of [0, 1]) {
        const packet = Packet.from(CMD_SET_REG | DeviceScriptManagerReg.Running, Uint8Array.of(running))
        await manager.sendPacketAsync(packet, true)
    }
}
