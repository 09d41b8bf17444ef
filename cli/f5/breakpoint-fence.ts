import { DevsDbgCmd, jdpack, Packet } from "jacdac-ts"

/** The runtime keeps breakpoints in this many groups, by the lowest bits of their location (`DEVS_BRK_HASH_SIZE`). */
export const GROUPS = 32
/** Locations have 16 bits. The last ones lie beyond the code of the debug build; a test ensures that. */
const END = 0x10000

const FENCE = jdpack("u32[]", [Array.from({ length: GROUPS }, (_, i) => END - GROUPS + i)])

/**
 * Adds a breakpoint that is never reached to the end of every group, before the debugger sets its own.
 *
 * The runtime searches a group of breakpoints until it finds a later location, and does not check where its list ends
 * (`devs_vm_chk_brk` in vm_main.c). For code after the last breakpoint of its group, it reads on through the heap. It then
 * stops where there is no breakpoint, or at the end of the memory with "memory access out of bounds". The longer the program,
 * the more likely this is.
 * @param frame on its way to the simulator
 * @returns the frames to send to the simulator
 */
export function fenced(frame: Uint8Array): Uint8Array[] {
    const [packet] = Packet.fromFrame(frame, 0)
    if (!packet?.isCommand) return [frame]
    const { serviceCommand, serviceIndex, deviceIdentifier } = packet
    if (serviceCommand !== DevsDbgCmd.SetBreakpoints && serviceCommand !== DevsDbgCmd.Step) return [frame]
    const fence = Packet.from(DevsDbgCmd.SetBreakpoints, FENCE)
    fence.isCommand = true
    fence.serviceIndex = serviceIndex
    fence.deviceIdentifier = deviceIdentifier
    return [fence.toBuffer(), frame]
}
