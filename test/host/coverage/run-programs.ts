import { sleep, VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"

/* Runs several programs one after the other on the same device. Each uses a source of the project. */

const programs: Readonly<Record<string, string>>[] = [
    { "src/one.ts": 'import { lookUp } from "./kernel/table"\nconsole.log(lookUp("\\na: b\\n", "a"))\n' },
    {
        "src/one.ts":
            'import { firstFound } from "./kernel/table"\nconsole.log(firstFound("\\na: b\\n", "b"))\n',
    },
    {
        "src/one.ts": 'import { upTo } from "./net/parsing"\nconsole.log(upTo("a", "b"))\n',
        "src/net/parsing.ts":
            "export function upTo(text: string, _mark: string): string {\n    return text\n}\n",
    },
]

const clock = new VirtualClock(Number.POSITIVE_INFINITY)
const device = new Device({ clock })
await device.powerOn()
for (const overrides of programs) {
    const { bytecode } = await compileProgram({ entry: "src/one.ts", target: "simulator", overrides })
    device.deploy(bytecode)
    await sleep(clock, 1000)
}
device.powerOff()
clock.stop()
process.exit()
