import { expect, test } from "vitest"
import { compareBuilds } from "../../../../tools/compile/proof/equal-builds"
import { generatedPrograms } from "../../../../tools/compile/proof/generate"

// `npm run prove` does the same with thousands of programs.
test("two dozen generated programs print the same in both builds and after each pass", async () => {
    const programs = generatedPrograms(1, 24)
    const { differences, lines } = await compareBuilds(programs)
    expect(differences).toEqual([])
    expect(lines).toBeGreaterThan(150)
})
