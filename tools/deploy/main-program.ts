import { createHash } from "node:crypto"
import { join } from "node:path"
import { DeviceScriptManagerCmd, DeviceScriptManagerReg, OutPipe, SRV_DEVICE_SCRIPT_MANAGER } from "jacdac-ts"
import { compileProgram } from "../compile/compile"
import { type Device, readRegister } from "../device/device"
import { NoReply } from "../device/errors"
import { projectRoot } from "../project"
import { readBytesIfThere } from "../read-if-there"
import type { Target } from "../wiring/config"
import { aligned } from "./deploy"

/** The latest build of DeviceScript's tools. */
const BUILT = ".devicescript/bin/bytecode.devs"

/** The program to put back onto a device after a command program has run on it. */
export interface MainProgram {
    readonly bytecode: Uint8Array
    /** It is byte for byte the program that is on the device now. */
    readonly same: boolean
}

/**
 * The main program for a device: the one that `npm run build` or `devs devtools` has left in this folder, if the device has
 * that one, otherwise one compiled from the sources. The platform's own way to read a program back resets the runtime.
 * @throws NoReply, CompileError, ConfigError
 */
export async function mainProgram(device: Device, target: Target): Promise<MainProgram> {
    const [wanted] = await readRegister<[Uint8Array]>(await device.firmware(SRV_DEVICE_SCRIPT_MANAGER), {
        code: DeviceScriptManagerReg.ProgramSha256,
        format: "b[32]",
    })
    const isWanted = (bytecode: Uint8Array) =>
        createHash("sha256").update(bytecode).digest().equals(Buffer.from(wanted))
    const { bytecode: compiled } = await compileProgram({ entry: "src/main.ts", target })
    const built = await readBytesIfThere(join(projectRoot, BUILT))
    for (const bytecode of [compiled, built])
        if (bytecode && isWanted(aligned(bytecode))) return { bytecode, same: true }
    return { bytecode: compiled, same: false }
}

/**
 * Sends a program to a device, which then starts it.
 * @throws NoReply
 */
export async function deploy(device: Device, bytecode: Uint8Array): Promise<void> {
    try {
        await OutPipe.sendBytes(
            await device.firmware(SRV_DEVICE_SCRIPT_MANAGER),
            DeviceScriptManagerCmd.DeployBytecode,
            aligned(bytecode),
        )
    } catch (cause) {
        throw new NoReply("it accepts no program", { cause })
    }
}
