import { PassThrough } from "node:stream"
import { expect, test } from "vitest"
import { ProgressBar } from "../../../cli/scenario/progress-bar"

/** What a bar writes for some parts, to a terminal or to a file. */
function written(isTTY: boolean, ...parts: number[]): string {
    const stream = Object.assign(new PassThrough(), { isTTY })
    const bar = new ProgressBar("soak", stream as unknown as NodeJS.WriteStream)
    for (const part of parts) bar.show(part)
    bar.clear()
    return String(stream.read() ?? "")
}

test("a bar shows the part that is done, and is gone in the end", () => {
    const [, drawn, after] = written(true, 0.25).split("\r")
    expect(drawn).toBe(`soak ${"█".repeat(10)}${"░".repeat(30)} 25 %, 1 min left \x1b[K`)
    expect(after).toBe("\x1b[K")
})

test("a bar is not drawn anew for each small step", () => {
    expect(written(true, 0, 0.001, 0.002).split("\r")).toHaveLength(3)
})

test("a bar prints nothing into a file", () => {
    expect(written(false, 0.5)).toBe("")
})
