import { expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"

const ENTRY = "src/faulty.ts"
const SOURCE = `import { spawn } from "./kernel/fault"
spawn("pump", async () => {
    throw new RangeError("too hot")
})
console.log("goes on")
`

test("a fault that nobody wants to know yet is printed, and the program goes on", async () => {
    const overrides = { [ENTRY]: SOURCE }
    const { bytecode } = await compileProgram({ entry: ENTRY, target: "simulator", overrides })
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const said: string[] = []
    const device = new Device({ clock, onLog: ({ level, text }) => level && said.push(`${level}: ${text}`) })
    await device.powerOn()
    device.deploy(bytecode)
    await sleep(clock, 1000)
    device.powerOff()
    clock.stop()
    expect(said).toContain("info: goes on")
    expect(said).toContain("error: fault in pump: RangeError: too hot")
})
