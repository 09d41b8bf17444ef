import { CMD_SET_REG, DeviceScriptManagerReg, Packet, SRV_DEVICE_SCRIPT_MANAGER } from "jacdac-ts"
import type { Device } from "./device"
import { saveReadings } from "./save-readings"

/**
 * Restarts a device's program, which reads its settings on start-up. If the program can, it first saves the waiting readings.
 * @throws NoReply
 */
export async function restartProgram(device: Device): Promise<void> {
    await saveReadings(device)
    const manager = await device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
    for (const running of [0, 1]) {
        const packet = Packet.from(CMD_SET_REG | DeviceScriptManagerReg.Running, Uint8Array.of(running))
        await manager.sendPacketAsync(packet, true)
    }
}
