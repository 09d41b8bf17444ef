import { expect, test } from "vitest"
import { fillPage, UnclosedMark, UnknownFigure } from "../../../bench/fill-page"
import type { Measured } from "../../../bench/measured"

const HASH = "0123456789abcdef".repeat(4)

const measured: Measured = {
    size: { date: "2026-11-30", machine: "Node 20", program: HASH, figures: {}, tables: [] },
    store: {
        date: "2026-11-30",
        machine: "Node 20",
        program: "ab",
        figures: { hoursAt10s: 24.264, steps: { encode: 5932 }, tolerance: [-4.8, 4.3] },
        tables: [
            { columns: ["a"], rows: [[1]] },
            { columns: ["b"], rows: [["two"]] },
        ],
    },
}

const fill = (text: string) => fillPage("docs/store.md", text, measured)

test("replaces every marked figure, even in the middle of a sentence", () => {
    const text =
        "some <!-- figure store.hoursAt10s -->9<!-- / --> h, <!-- figure store.steps.encode --><!-- / --> steps"
    expect(fill(text)).toBe(
        "some <!-- figure store.hoursAt10s -->24.3<!-- / --> h, <!-- figure store.steps.encode -->5,932<!-- / --> steps",
    )
})

test("finds a figure in a list by its index", () => {
    expect(fill("<!-- figure store.tolerance.0 -->?<!-- / -->")).toContain("-->-4.8<!--")
})

test("replaces a marked table", () => {
    expect(fill("x\n\n<!-- table store 2 -->\n\nold\n\n<!-- / -->\n\ny")).toBe(
        "x\n\n<!-- table store 2 -->\n\n| b   |\n| --- |\n| two |\n\n<!-- / -->\n\ny",
    )
})

test("filling a page again changes nothing", () => {
    const once = fill("<!-- table store 1 --><!-- / --> <!-- figure store.steps.encode -->1<!-- / -->")
    expect(fill(once)).toBe(once)
})

test("puts the image's hash into what a command prints", () => {
    const printed = (hash: string) => `\nThe release image ${hash} with spi-uart\n`
    expect(fill(printed("ffffffffffff"))).toBe(printed("0123456789ab"))
    expect(fill("The release image that runs")).toBe("The release image that runs")
})

test("keeps text without marks, and other comments", () => {
    const text = "24.3 h <!-- a remark --> and 5,932 steps"
    expect(fill(text)).toBe(text)
})

test.each([
    ["figure uart.heapBytes", "uart.heapBytes"],
    ["figure store.nothing", "store.nothing"],
    ["figure store.steps", "store.steps"],
    ["figure store.hoursAt10s.deeper", "store.hoursAt10s.deeper"],
    ["table store 3", "store table 3"],
    ["table uart 1", "uart table 1"],
])("refuses the unknown %s and names the page and the bench to run", (mark, figure) => {
    const attempt = () => fill(`<!-- ${mark} -->1<!-- / -->`)
    expect(attempt).toThrow(UnknownFigure)
    expect(attempt).toThrow(`docs/store.md: there is no ${figure} in docs/measured.json.`)
    expect(attempt).toThrow(`npm run bench -- ${figure.split(/[. ]/)[0]} --write`)
})

test.each([
    "<!-- figure store.hoursAt10s -->24.3",
    "<!-- figure store.hoursAt10s -->24.3 h, <!-- figure store.steps.encode -->5,932<!-- / -->",
    "<!-- table store -->x<!-- / -->",
    "<!-- figure store.hours at -->x<!-- / -->",
])("refuses a malformed or unclosed mark: %s", text => {
    expect(() => fill(text)).toThrow(UnclosedMark)
})
