import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { Board } from "../../../sim/spi/board"
import { chips } from "../../../sim/spi/chip"
import type { Line } from "../../../sim/spi/line"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { bytes, captures, echoing, hex, lineWith, meter } from "./test-stand"

const ENTRY = "src/programs/selftest.ts"
const source = readFileSync(join(projectRoot, ENTRY), "utf8")
const BOARD_IMPORT = /import \{ pins \} from "@dsboard\/\w+"/

function compile(pinsFrom: string) {
    expect(source).toMatch(BOARD_IMPORT)
    const text = source.replace(BOARD_IMPORT, `import { pins } from "${pinsFrom}"`)
    return compileProgram({ entry: ENTRY, target: "simulator", overrides: { [ENTRY]: text } })
}

test.each(["emon_esp32_devkit_c", "emon_esp32c3_supermini", "emon_esp32s3_devkit_m"])(
    "the self-test compiles for %s",
    async board => {
        const { sizes } = await compile(`@dsboard/${board}`)
        expect(sizes.functions).toBeLessThan(65_536)
    },
)

/** The person at the bench, who does what the program asks for. */
class Bench {
    readonly said: string[] = []
    private readonly wishes: { after: string; line: Line }[] = []
    private awaited: { text: string; resolve: () => void } | undefined

    constructor(readonly board = new Board()) {
        this.board.onLog = line => {
            if (!line.startsWith("> ")) return
            const text = line.slice(2).trim()
            // A transfer takes 419.02 ms, which now and then shows as 420 ms.
            this.said.push(text.replace("took 420 ms", "took 419 ms"))
            const wish = this.wishes.find(({ after }) => text.startsWith(after))
            if (wish) this.board.rewire(wish.line)
            if (this.awaited && text.startsWith(this.awaited.text)) this.awaited.resolve()
        }
    }

    when(after: string, line: Line): void {
        this.wishes.push({ after, line })
    }

    async runUntil(text: string): Promise<void> {
        const { bytecode } = await compile("../../test/device/line/ports/spi-uart/host-pins")
        await new Promise<void>(resolve => {
            this.awaited = { text, resolve }
            void this.board.run(bytecode)
        })
        this.board.stop()
    }
}

/** A PZEM that answers at its general address. */
function pzem() {
    return meter({ answer: request => (hex(request) === "f8040000000a6464" ? captures[0] : undefined) })
}

test("the self-test guides through all steps", async () => {
    const bench = new Bench()
    bench.board.connect(lineWith([]))
    bench.when("step 4", lineWith([], { adapter: echoing }))
    bench.when("Remove the jumper", lineWith([]))
    bench.when("Connect the meter", lineWith([pzem()]))
    await bench.runUntil("2 of 2 polls")
    expect(bench.said).toEqual([
        "self-test of spi-uart GPIO23/GPIO19; connect nothing to the RXD pin",
        "step 1 of 6: set up the SPI",
        "good: spi-uart GPIO23/GPIO19 is set up",
        "step 2 of 6: measure its clock",
        "good: 4092 bytes took 419 ms of 419",
        "step 3 of 6: listen with nothing connected",
        "good: silence, so the pin's pull-up works",
        "step 4 of 6: listen to what we send: connect the TXD and RXD pins with a jumper",
        "good: only echo, so everything sent came back",
        "Remove the jumper and connect the adapter, with nothing on A and B. You have 20 s.",
        "step 5 of 6: listen through the adapter",
        "good: silence, so the adapter leaves the line alone",
        "Connect the meter to A and B, and power it. You have 20 s.",
        "step 6 of 6: ask the meter",
        `good: 219.3 V in ${hex(captures[0]!)}`,
        "all steps passed; from now on the meter is asked every 10 s",
        "1 of 1 polls answered",
        "2 of 2 polls answered",
    ])
})

test("the self-test names each problem and its cure until it is fixed", async () => {
    const bench = new Bench()
    bench.board.connect(lineWith([], { adapter: echoing }))
    bench.when("cure: disconnect everything", lineWith([]))
    bench.when("cure: connect the board", lineWith([], { adapter: echoing }))
    bench.when("Remove the jumper", lineWith([], { stuck: "low" }))
    bench.when("NOT GOOD: stuck low", lineWith([]))
    bench.when("NOT GOOD: silence, NoAnswer", lineWith([meter({ answer: () => bytes("12 34 56 78") })]))
    bench.when("NOT GOOD: garbled", lineWith([meter({ answer: () => bytes("01 84 02 C2 C1") })]))
    await bench.runUntil("all steps")
    const verdicts = bench.said.filter(text => /^(good|NOT GOOD|cure):/.test(text))
    expect(verdicts.map(text => text.slice(0, 27))).toEqual([
        "good: spi-uart GPIO23/GPIO1",
        "good: 4092 bytes took 419 m",
        "NOT GOOD: only echo",
        "cure: disconnect everything",
        "good: silence, so the pin's",
        "NOT GOOD: silence",
        "cure: connect the board's T",
        "good: only echo, so everyth",
        "NOT GOOD: stuck low",
        "cure: check the wire from t",
        "good: silence, so the adapt",
        "NOT GOOD: silence, NoAnswer",
        "cure: check the meter's pow",
        "NOT GOOD: garbled, Truncate",
        "cure: check for a second cl",
        "good: the line works, but t",
    ])
})

test("the self-test names a chip whose clock is wrong", async () => {
    const bench = new Bench(new Board({ ...chips.esp32c3, maxPrescaler: 4 }))
    bench.board.connect(lineWith([]))
    await bench.runUntil("cure: the SPI clock")
    expect(bench.said.at(-2)).toBe("NOT GOOD: 4092 bytes took 105 ms of 419")
})

test("the self-test starts a step over that cannot be carried out", async () => {
    const bench = new Bench()
    const { board } = bench
    const { onLog } = board
    board.onLog = line => {
        onLog(line)
        if (line.includes("cure: see above")) board.connect(lineWith([]))
    }
    await bench.runUntil("step 2")
    expect(bench.said.slice(1)).toEqual([
        "step 1 of 6: set up the SPI",
        expect.stringMatching(/^NOT GOOD: PortError: .*SPI cannot be set up/),
        "cure: see above; the step starts over",
        "good: spi-uart GPIO23/GPIO19 is set up",
        "step 2 of 6: measure its clock",
    ])
})
