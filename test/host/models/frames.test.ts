import { describe, expect, test } from "vitest"
import { VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import { compileProgram } from "../../../tools/compile/compile"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { expectedText, framesProgram, type TestFrame } from "./frames-program"

/** Long enough for all frames, in ms of the device's time. */
const RUN_MS = 20_000

const models = modelIds(projectRoot).map(id => readModel(id, projectRoot))
const frames = models.flatMap(model =>
    model.frames.map((frame, index): TestFrame => ({ model, index, frame })),
)
const decoded = await decodedByDevice(frames)

describe.each(models)("$id", model => {
    const recorded = model.frames.some(frame => frame.from === "recorded")

    test(`has test frames${recorded ? "" : ", from the manual"}`, () => {
        expect(model.frames.length).toBeGreaterThan(0)
    })

    const own = frames.flatMap((frame, number) => (frame.model === model ? [{ ...frame, number }] : []))
    test.each(own.map(one => ({ ...one, note: `${one.frame.from}: ${one.frame.note}` })))(
        "decodes frame $index as expected ($note)",
        ({ number, ...one }) => {
            expect(decoded.get(number)).toBe(expectedText(one))
        },
    )
})

test("at least 80 recorded frames are tested", () => {
    const recorded = new Set(
        frames
            .filter(({ frame }) => frame.from === "recorded")
            .map(({ frame }) => frame.request + frame.reply),
    )
    expect(recorded.size).toBeGreaterThanOrEqual(80)
})

/** What the bytecode decodes from each frame. */
async function decodedByDevice(all: readonly TestFrame[]): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    const { bytecode } = await compileProgram({
        entry: "src/main.ts",
        target: "simulator",
        overrides: { "src/main.ts": framesProgram(all) },
    })
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const device = new Device({
        clock,
        onLog: ({ text }) => {
            const [, number, values] = /^frame (\d+) (.*)$/.exec(text) ?? []
            if (number !== undefined) found.set(Number(number), values!)
        },
    })
    await device.powerOn()
    device.deploy(bytecode)
    await new Promise<void>(resolve => {
        clock.setTimeout(resolve, RUN_MS)
    })
    device.powerOff()
    clock.stop()
    return found
}
