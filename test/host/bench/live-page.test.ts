import { expect, test } from "vitest"
import { costOfPage } from "../../../bench/live-page"
import { hasBrowser } from "../page/browser"

test.runIf(hasBrowser)("an open page and npm start take each their part of a core", async () => {
    const { startAlonePercent, startWithPagePercent, pagePercent, otherBrowserPercent } = await costOfPage({
        settleS: 1,
        windowS: 3,
    })
    for (const percent of [startAlonePercent, startWithPagePercent, pagePercent, otherBrowserPercent])
        expect(percent).toBeGreaterThan(0)
})
