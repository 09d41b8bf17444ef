import { describe, expect, test } from "@devicescript/test"
import { type EarlierBoot, placeBoot } from "../../../src/store/boots"

const HOUR = 3600000
/** Wall time at the start of the story. */
const NOON = 1795348800000

function boot(number: number, changes: Partial<EarlierBoot>): EarlierBoot {
    return {
        boot: number,
        wallOffset: undefined,
        lastAt: HOUR,
        endedAt: 0,
        ...changes,
    }
}

describe("times of earlier boots", () => {
    test("are those of its own clock, where it had one", () => {
        const boots = [boot(4, { wallOffset: NOON })]
        const placement = placeBoot(boots, 4, undefined)
        expect(placement.wallOffset).toBe(NOON)
        expect(placement.estimated).toBe(false)
    })

    test("cannot be told before this boot knows the time", () => {
        const boots = [boot(4, { endedAt: HOUR + 5000 })]
        expect(placeBoot(boots, 4, undefined)).toBe(undefined)
    })

    test("end where this boot begins, when the chip was restarted as planned", () => {
        const boots = [boot(4, { endedAt: HOUR + 5000 })]
        const placement = placeBoot(boots, 4, NOON)
        expect(placement.wallOffset).toBe(NOON - HOUR - 5000)
        expect(placement.estimated).toBe(true)
    })

    test("are chained through boots that did not know the time", () => {
        const boots = [boot(4, { endedAt: HOUR }), boot(5, { endedAt: 2 * HOUR })]
        expect(placeBoot(boots, 5, NOON).wallOffset).toBe(NOON - 2 * HOUR)
        expect(placeBoot(boots, 4, NOON).wallOffset).toBe(NOON - 3 * HOUR)
    })

    test("lie in the middle of what the neighbours leave, when the power failed and that is half an hour at most", () => {
        // boot 4 ends at noon plus an hour; boot 5 has an hour of readings; this one starts 80 minutes later
        const known = boot(4, { wallOffset: NOON })
        const boots = [known, boot(5, {})]
        const placement = placeBoot(boots, 5, NOON + HOUR + 80 * 60000)
        expect(placement.estimated).toBe(true)
        // 20 minutes to spare
        expect(placement.wallOffset).toBe(NOON + HOUR + 600000)
    })

    test("cannot be told, when the power failed and they could lie anywhere", () => {
        const known = boot(4, { wallOffset: NOON })
        expect(placeBoot([known, boot(5, {})], 5, NOON + 3 * HOUR)).toBe(undefined)
        expect(placeBoot([boot(5, {})], 5, NOON)).toBe(undefined)
        // the clocks contradict each other
        expect(placeBoot([known, boot(5, {})], 5, NOON + HOUR)).toBe(undefined)
    })
})
