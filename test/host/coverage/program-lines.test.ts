import { expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import { compileProgram, type Program } from "../../../tools/compile/compile"
import { LineCoverage } from "../../../tools/coverage/line-coverage"
import { noteProgram } from "../../../tools/coverage/program-lines"

const ENTRY = "src/covered.ts"

/** A program in which each line with code is marked as reached or missed. */
const SOURCE = `class Sign { // reached
    private count = 0 // reached
    show(n: number): string { // reached
        this.count++ // reached
        if (n < 0) { // reached
            this.count = 7 // missed
            return this.failed("negative") // missed
        }
        if (n > 3) console.log("large") // reached
        try { // reached
            this.check(n) // reached
            this.count = 8 // missed
        } catch (error) {
            return "caught" // reached
        }
        return "passed" // missed
    }
    private check(n: number): void { // reached
        if (n === 2) throw new RangeError("two") // reached
    }
    private failed(text: string): string { // missed
        const twice = text + text // missed

        return twice // missed
    }
}
const sign: any = new Sign() // reached
console.log(sign.show(2)) // reached
`

/** Offsets of the instructions that the program reaches within a second. */
async function reachedBy({ bytecode }: Program): Promise<ReadonlySet<number>> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const device = new Device({ clock, marksReached: true })
    await device.powerOn()
    device.deploy(bytecode)
    await sleep(clock, 1000)
    device.powerOff()
    clock.stop()
    return device.reached
}

/** Numbers of the lines that end in a mark. */
function linesWith(mark: string): number[] {
    return SOURCE.split("\n").flatMap((line, i) => (line.endsWith(`// ${mark}`) ? [i + 1] : []))
}

test("separates the lines that the program reached from those it missed", async () => {
    const program = await compileProgram({
        entry: ENTRY,
        target: "simulator",
        overrides: { [ENTRY]: SOURCE },
    })
    const coverage = new LineCoverage(["a run", "another one"])
    noteProgram(coverage, program.debugInfo)
    noteProgram(coverage, program.debugInfo, { run: "another one", offsets: await reachedBy(program) })
    const reached = linesWith("reached").length
    const [file] = coverage.files
    expect(coverage.files).toHaveLength(1)
    expect(file).toMatchObject({ path: ENTRY, reached: [0, reached] })
    expect(file!.lines).toBe(reached + linesWith("missed").length)
    // Lines without code do not split a range.
    expect(file!.missed).toEqual([
        [6, 7],
        [12, 12],
        [16, 16],
        [21, 24],
    ])
})
