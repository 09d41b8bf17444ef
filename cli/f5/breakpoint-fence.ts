import { DevsDbgCmd, jdpack, Packet } from "jacdac-ts"

/** Breakpoints are kept in so many groups, by the last bits of their place (`DEVS_BRK_HASH_SIZE` in the runtime). */
export const GROUPS = 32
/** Places are 16 bits. The last ones are behind the code of the debug build; a test holds it to that. */
const END = 0x10000

const FENCE = jdpack("u32[]", [Array.from({ length: GROUPS }, (_, i) => END - GROUPS + i)])

/**
 * Puts a breakpoint that is never reached behind those of each group, before the debugger sets its own.
 *
 * The runtime looks for a place in its group of breakpoints until it comes to a later one, and does not look where its list
 * ends (`devs_vm_chk_brk` in vm_main.c). Code behind the last breakpoint of its group makes it read on through the heap: it
 * stops where no breakpoint is, or at the end of the memory with "memory access out of bounds". The longer the program, the
 * likelier.
 * @param frame on its way to the simulator
 * @returns what the simulator is to get
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
