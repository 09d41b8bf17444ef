import { DevsDbgCmd, jdpack, jdunpack, Packet } from "jacdac-ts"
import { expect, test } from "vitest"
import { fenced } from "../../../cli/f5/breakpoint-fence"

const DEVICE = "0123456789abcdef"
const SERVICE = 3

function command(code: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
    const packet = Packet.from(code, data)
    packet.isCommand = true
    packet.deviceIdentifier = DEVICE
    packet.serviceIndex = SERVICE
    return packet.toBuffer()
}

test.each([
    ["SetBreakpoints", DevsDbgCmd.SetBreakpoints],
    ["Step", DevsDbgCmd.Step],
] as const)("adds a breakpoint beyond all code to each group before the command %s", (_, code) => {
    const frame = command(code, jdpack("u32[]", [[46817]]))
    const [fence, same] = fenced(frame)
    expect(same).toBe(frame)
    const [packet] = Packet.fromFrame(fence!, 0)
    expect(packet).toMatchObject({
        deviceIdentifier: DEVICE,
        serviceIndex: SERVICE,
        serviceCommand: DevsDbgCmd.SetBreakpoints,
        isCommand: true,
    })
    const [places] = jdunpack<[number[]]>(packet!.data, "u32[]")
    // All 32 groups that `brk_hash` in the runtime's vm_main.c forms from the last five bits.
    expect(new Set(places.map(place => place & 31)).size).toBe(32)
    for (const place of places) {
        expect(place).toBeGreaterThanOrEqual(65504)
        expect(place).toBeLessThan(65536)
    }
})

test("passes all other frames unchanged", () => {
    for (const frame of [
        command(DevsDbgCmd.Resume),
        command(DevsDbgCmd.ClearAllBreakpoints),
        Packet.from(0, new Uint8Array(8)).toBuffer(),
    ])
        expect(fenced(frame)).toEqual([frame])
})
