import { expect, test } from "vitest"
import { peripheralsOf, UnknownChip } from "../../../sim/hardware"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { ManualClock } from "../emoncms/manual-clock"

test("a board whose chip cannot be simulated is refused by name", () => {
    const clock = new ManualClock(0)
    const line = new VirtualLine({ clock, slaves: [] })
    const board = { devName: "Some Board", productId: "0x3f6e1f0c", archId: "rp2040", pins: {} }
    const hardware = { board, line: { driver: "spi-uart" }, store: { driver: "settings" } } as const
    expect(() => peripheralsOf(hardware, line, clock)).toThrow(UnknownChip)
    expect(() => peripheralsOf(hardware, line, clock)).toThrow(
        "The chip rp2040 of Some Board cannot be simulated",
    )
})
