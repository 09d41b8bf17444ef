import { expect, test } from "vitest"
import { costOfPage } from "../../../bench/live-page"
import { hasBrowser } from "../page/browser"

test.runIf(hasBrowser)("measures the CPU share of an open page and of npm start", async () => {
    const { noPagePercent, curvePercent, programPercent } = await costOfPage({ settleS: 1, windowS: 3 })
    expect(noPagePercent.start).toBeGreaterThan(0)
    for (const shares of [curvePercent, programPercent])
        for (const percent of Object.values(shares!)) expect(percent).toBeGreaterThan(0)
})
