import { scanOf } from "../../tools/commands/line-command"
import { commandDevice, targetOf } from "../../tools/commands/on-device"
import type { CommandOutcome } from "../../tools/commands/outcome"
import { DeployFailed, NoChip, NotAsSent, PortUnusable } from "../../tools/deploy/errors"
import { openChip } from "../../tools/deploy/find-chip"
import { mainProgram } from "../../tools/deploy/main-program"
import { Device } from "../../tools/device/device"
import { CommandSilent, NoReply } from "../../tools/device/errors"
import type { Config } from "../../tools/wiring/config"
import { ConfigError } from "../../tools/wiring/config-error"
import { Child } from "./child"

/** A meter that has answered. */
export interface FoundMeter {
    readonly address: number
    /** The model that a register of the meter identifies, if any. */
    readonly model?: string
}

/** The scan for meters failed. */
export class ScanFailed extends Error {
    override readonly name = "ScanFailed"
}

/** All addresses that a meter can have. */
const ALL = "1-247"

/** A program needs at least one meter in its wiring, but the scan does not use it. */
const NO_METERS = [{ name: "meter", model: "pzem-016", address: 1 }]

/** Errors that mean that a chip cannot be used. */
const CHIP_TROUBLE = [NoChip, PortUnusable, NoReply, DeployFailed, NotAsSent, CommandSilent, ConfigError]

/**
 * Scans the line of an RS485 adapter for meters, with `npm start -- --scan`.
 * @throws ScanFailed
 */
export async function scanAdapter(port: string): Promise<FoundMeter[]> {
    const child = new Child("cli/start/main.ts", [`--scan=${ALL}`, "--serial", port, "--json"])
    if ((await child.ended) !== 0)
        throw new ScanFailed(`${port} cannot be used. Is another program using it?`)
    return foundIn((JSON.parse(child.output.trim().split("\n").at(-1)!) as CommandOutcome).said)
}

/**
 * Scans the line of a chip that has DeviceScript. Waiting readings are saved first. Afterwards the chip has the program of
 * this folder.
 * @param wired the board, and its connection to the meters
 * @param say receives progress messages
 * @throws ScanFailed
 */
export async function scanChip(
    port: string,
    wired: Pick<Config, "board" | "line">,
    say: (sentence: string) => void,
): Promise<FoundMeter[]> {
    try {
        const bus = await openChip(port)
        try {
            return await scanDevice(await Device.find(bus.bus), wired, ALL, say)
        } finally {
            await bus.close()
        }
    } catch (error) {
        if (!CHIP_TROUBLE.some(kind => error instanceof kind)) throw error
        throw new ScanFailed((error as Error).message, { cause: error })
    }
}

/** Scans the line of a device on an open bus. @param addresses for example `1-16` */
export async function scanDevice(
    device: Device,
    wired: Pick<Config, "board" | "line">,
    addresses: string,
    say: (sentence: string) => void,
): Promise<FoundMeter[]> {
    const target = await targetOf(device)
    const { bytecode: main } = await mainProgram(device, target)
    const { said } = await commandDevice(device, { target, main, evenUnsaved: true }, say, run =>
        run(scanOf(addresses), { ...wired, meters: NO_METERS }),
    )
    return foundIn(said)
}

/** The meters in the output of a scan. */
export function foundIn(said: readonly string[]): FoundMeter[] {
    return said.flatMap(sentence => {
        const [, address] = /^address (\d{1,3}): /.exec(sentence) ?? []
        if (address === undefined) return []
        const [, model] = /(?:, a |, but a )([\w.-]+)(?:;| according to its register$)/.exec(sentence) ?? []
        return { address: Number(address), ...(model === undefined ? {} : { model }) }
    })
}
