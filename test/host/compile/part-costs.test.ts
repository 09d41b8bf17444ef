import { expect, test } from "vitest"
import { readMeasured } from "../../../bench/measured"
import { partList } from "../../../bench/part-list"
import { type Cost, codeBytes } from "../../../bench/parts"

/** Bytes by which the code of a part may have changed since it was measured. */
const TOLERANCE = 60

const { parts } = (await readMeasured()).parts!.figures as { parts: Cost[] }

test("docs/measured.json has the costs of all parts", () => {
    const isComplete =
        parts.map(({ part }) => part).join() ===
        partList()
            .map(({ name }) => name)
            .join()
    expect(isComplete, "run: npm run bench -- parts --write && npm run figures").toBe(true)
})

test.each(["compression", "statistics of one field", "a first sdm630"])(
    "docs/measured.json has the code of a part: %s",
    async name => {
        const part = partList().find(other => other.name === name)!
        const { codeBytes: noted } = parts.find(({ part }) => part === name)!
        const bytes = (await codeBytes(part.with)) - (await codeBytes(part.without))
        const isNoted = Math.abs(bytes - noted) <= TOLERANCE
        expect(isNoted, `${bytes} bytes; run: npm run bench -- parts --write && npm run figures`).toBe(true)
    },
)
