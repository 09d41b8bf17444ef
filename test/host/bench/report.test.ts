import { expect, test } from "vitest"
import type { Table } from "../../../bench/bench"
import { page } from "../../../bench/page"
import { jsonReport, type Measurement, section, tableText } from "../../../bench/report"

const table: Table = {
    columns: ["room", "bytes"],
    rows: [
        ["kernel", 4621],
        ["a", 0.33849],
        ["bc", 134.2],
    ],
}

const measurement = (name: string, figures: object): Measurement => ({
    bench: { name, subject: "heap", method: "By looking.", measure: async () => ({ figures, tables: [] }) },
    result: { figures, tables: [table] },
})
const memory = measurement("memory", { liveBytes: 5 })
const size = measurement("size", { total: 7 })

test("aligns the columns of a table, with numbers on the right", () => {
    expect(tableText(table).split("\n")).toEqual([
        "| room   | bytes |",
        "| ------ | ----: |",
        "| kernel | 4,621 |",
        "| a      | 0.338 |",
        "| bc     |   134 |",
    ])
})

test("left-aligns a column that contains text", () => {
    const rows = [
        ["a", 1],
        ["b", "unknown"],
    ]
    expect(tableText({ columns: ["x", "y"], rows }).split("\n")[2]).toBe("| a | 1       |")
})

test("right-aligns a column of numbers in which one is missing", () => {
    const rows = [
        ["a", 100],
        ["b", ""],
    ]
    const lines = tableText({ columns: ["x", "y"], rows }).split("\n")
    expect(lines.slice(2)).toEqual(["| a | 100 |", "| b |     |"])
    expect(lines[1]).toBe("| - | --: |")
})

test("prints the figures of one bench as JSON, and those of several by bench name", () => {
    expect(JSON.parse(jsonReport([memory], true))).toEqual({ liveBytes: 5 })
    expect(JSON.parse(jsonReport([memory, size], false))).toEqual({
        memory: { liveBytes: 5 },
        size: { total: 7 },
    })
    expect(jsonReport([memory, size], false)).not.toContain("\n")
})

test("heads a section with the subject and the method", () => {
    const [heading, , method, , firstLine] = section(memory).split("\n")
    expect([heading, method]).toEqual(["## memory: heap", "By looking."])
    expect(firstLine).toBe("| room   | bytes |")
})

test("gives each measured bench a section with its date, machine and program", () => {
    const entry = {
        date: "2026-11-30",
        machine: "Node 20",
        program: "0123456789abcdef",
        figures: {},
        tables: [table],
    }
    const text = page([memory.bench, size.bench], { size: entry })
    expect(text.match(/^## .*/gm)).toEqual(["## size: heap"])
    expect(text).toContain(
        "By looking.\n\nMeasured on 2026-11-30 on Node 20; the SHA-256 of the program's image begins with 0123456789ab.",
    )
    expect(text).toContain("npm run bench -- NAME --write")
    expect(text).toContain(tableText(table))
})
