import { expect, test } from "vitest"
import { CheckedSchema } from "../../../tools/wiring/schema-mistakes"

function problemWith(value: unknown, values: readonly unknown[], errorMessage?: string): string | undefined {
    return new CheckedSchema({ enum: values, errorMessage }).mistakesIn(value)[0]?.problem
}

test("a mistake names the allowed values, the empty one in quotes", () => {
    expect(problemWith("C", ["A", "B", ""])).toBe('is not one of A, B, ""')
    expect(problemWith("C", ["A", "B"], "Write A for the first.")).toBe("is not one of A, B")
})

test("a mistake does not name the allowed values if the cure does", () => {
    expect(problemWith("C", ["A", ""], 'Write A, or "" for none.')).toBe("is not valid here")
    expect(problemWith(3, [1, 2], "Write 1 or 2.")).toBe("is not valid here")
})

test("a mistake says how long a list can be", () => {
    const [mistake] = new CheckedSchema({ maxItems: 2, errorMessage: "Leave some out." }).mistakesIn([
        1, 2, 3,
    ])
    expect(mistake).toMatchObject({ problem: "has more than 2 entries", cure: "Leave some out." })
})
