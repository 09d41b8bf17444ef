import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { FAULT_NAMES } from "../../../sim/line/faults"
import { WitnessedLine } from "./line-witness"

const METERS = 3
const POLL_SECONDS = 2

/** Longest time from when a meter looks at its registers to the end of its answer, even a late one. */
const OLDEST_MS = 2500

/** How long a meter can repeat old values while its measuring half hangs. Nobody can detect that. */
const OLDEST_WHILE_STALE_MS = 60_000

/** Longest pause between two polls of a silent meter, plus the time until it is believed again. */
const RECOVERY_SECONDS = 60 + 3 * POLL_SECONDS + 12

function wrongOnes(house: WitnessedLine, oldestMs: number): unknown[] {
    return house.published.filter(({ at, saidAt }) => saidAt === undefined || at - saidAt > oldestMs)
}

/** Expects that all meters come back after the fault, with a reading from each in every round. */
async function expectRecovery(house: WitnessedLine): Promise<void> {
    await house.rig.pass(RECOVERY_SECONDS)
    const recovered = house.rig.clock.now()
    await house.rig.pass(10 * POLL_SECONDS)
    for (const count of house.countSince(recovered)) expect(count).toBeGreaterThanOrEqual(9)
}

describe("each line fault alone", () => {
    let house: WitnessedLine

    beforeAll(async () => {
        house = await WitnessedLine.begin(METERS, POLL_SECONDS)
        await house.rig.pass(20)
    })

    afterAll(() => house.rig.end())

    test("publishes only true readings without faults", () => {
        expect(house.published.length).toBeGreaterThan(3 * METERS)
        expect(wrongOnes(house, OLDEST_MS)).toEqual([])
    })

    for (const fault of FAULT_NAMES) {
        test(`${fault} causes no wrong reading, and the line recovers`, async () => {
            house.published.length = 0
            house.line.faults.enable(fault, { rate: 0.7 })
            await house.rig.pass(30)
            house.line.faults.enable(fault)
            await house.rig.pass(20)
            expect(house.line.faults.struck.get(fault)).toBeGreaterThan(METERS)
            house.line.faults.disable(fault)
            await expectRecovery(house)
            const stale = fault === "stale-registers"
            expect(wrongOnes(house, stale ? OLDEST_WHILE_STALE_MS : OLDEST_MS)).toEqual([])
            expect(house.rig.stops).toEqual([])
        })
    }
})

describe("all faults at random", () => {
    test.each([1, 2, 3])("seed %i causes no wrong reading, and the line recovers", async seed => {
        const house = await WitnessedLine.begin(METERS, POLL_SECONDS, seed)
        const [first] = house.meters.values()
        await house.rig.pass(20)
        house.line.faults.enableAll(0.6)
        for (let i = 0; i < 4; i++) {
            await house.rig.pass(60)
            first!.powerOff()
            await house.rig.pass(15)
            first!.powerOn()
        }
        const struck = [...house.line.faults.struck.keys()]
        house.line.faults.disableAll()
        await expectRecovery(house)
        await house.rig.end()
        expect(struck.length).toBe(FAULT_NAMES.length)
        expect(house.published.length).toBeGreaterThan(20)
        expect(wrongOnes(house, OLDEST_WHILE_STALE_MS)).toEqual([])
        expect(house.rig.stops).toEqual([])
    })
})
