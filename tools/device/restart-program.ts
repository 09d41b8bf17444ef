import { CMD_SET_REG, DeviceScriptManagerReg, Packet, SRV_DEVICE_SCRIPT_MANAGER } from "jacdac-ts"
import { PREPARE, SRV_EMON_STATION } from "../../sim/bus/services"
import { ask, type Device } from "./device"
import { NoReply, NoServices } from "./errors"

/** What waits may take so long to save: readings are thinned out where there is no room. */
const SAVE_MS = 330_000

/**
 * Starts the program of a device anew, which reads its settings at the start. It saves first what waits, where it can.
 * @throws NoReply
 */
export async function restartProgram(device: Device): Promise<void> {
    try {
        const [station] = await device.program(SRV_EMON_STATION)
        await ask(station!, Packet.onlyHeader(PREPARE), SAVE_MS, 1)
    } catch (error) {
        if (!(error instanceof NoServices)) throw error
    }
    const manager = device.firmware(SRV_DEVICE_SCRIPT_MANAGER)
    if (!manager) throw new NoReply("it has lost its services")
    for (const running of [0, 1]) {
        const packet = Packet.from(CMD_SET_REG | DeviceScriptManagerReg.Running, Uint8Array.of(running))
        await manager.sendPacketAsync(packet, true)
    }
}
