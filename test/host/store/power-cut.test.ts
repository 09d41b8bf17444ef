import { beforeAll, describe, expect, test } from "vitest"
import { type Cut, type Story, tellOutages } from "./outage-story"

/** The story without a power failure. In the others the power fails at one of its writes or deliveries. */
let whole: Story

beforeAll(async () => {
    whole = await tellOutages()
})

/** Fewer slots than this have no reading: the device has no power, and then needs some seconds until the first poll. */
const DARK_SLOTS = 6

const SOUND = { wrong: 0, duplicates: 0, repeats: 0, panics: 0 }

/** Numbers of the readings from `from` up to, but not including, `to`. */
function range(from: number, to: number): number[] {
    return Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i)
}

/** Whether this write completes a block. A block takes two settings, and the first slots are for checkpoints. */
function completesBlock(key: string): boolean {
    const [, part] = /^q(\d+)$/.exec(key) ?? []
    return part !== undefined && Number(part) > 4 && Number(part) % 2 === 1
}

/**
 * Plays the story with a power cut. Only readings that were in RAM alone are lost: those since the last block that was
 * written, including the one being taken, and none that the server already had.
 */
async function expectOnlyRamLost(cut: Cut, written: (story: Story) => number): Promise<Story> {
    const story = await tellOutages(cut)
    expect(story).toMatchObject({ ...SOUND, wiped: false })
    const { taken, accepted } = story.atCut!
    const block = whole.writes.slice(0, written(story)).findLast(({ key }) => completesBlock(key))
    expect(story.lost).toEqual(range(Math.max(accepted, block ? block.taken - 1 : 0), taken))
    expect(story.unread).toBeLessThan(DARK_SLOTS)
    return story
}

test("without a power cut, loses nothing, and writes blocks and one checkpoint per outage", () => {
    expect(whole).toMatchObject({ ...SOUND, lost: [] })
    expect(whole.unread).toBeLessThan(2)
    // 15 readings fill a block; 42 are taken in the first outage, 36 in the second. Other writes: the log and the deployment.
    expect(whole.writes.map(({ key }) => key).filter(key => key.startsWith("q"))).toEqual(
        ["q4 q5 q6 q7 q8 q9 q2", "q4 q5 q6 q7 q0"].flatMap(outage => outage.split(" ")),
    )
})

test("a power cut after any flash write loses only readings in RAM, and repeats none", async () => {
    expect(whole.writes.length).toBeGreaterThan(14)
    for (let write = 1; write <= whole.writes.length; write++) {
        const story = await expectOnlyRamLost({ write, part: 1 }, () => write)
        expect(story.writes.slice(0, write)).toEqual(whole.writes.slice(0, write))
    }
})

test("a power cut before a checkpoint is written repeats no delivered reading", async () => {
    for (const [i, { key }] of whole.writes.entries()) {
        if (key !== "q0" && key !== "q2") continue
        const { recovered } = await expectOnlyRamLost({ write: i + 1, part: 0 }, () => i)
        expect(recovered).toBeGreaterThan(20)
    }
})

test("a power cut during delivery of the backlog repeats no delivered reading", async () => {
    const before = whole.writes.findIndex(({ key }) => key === "q2")
    for (const accepted of [10, 30, 60]) await expectOnlyRamLost({ accepted }, () => before)
})

describe("a power cut during a write makes the firmware lose all settings and the program", () => {
    // the first half of a block, the second, a checkpoint, and a block of the log
    test.each(["q6", "q7", "q2", "log1"])("in setting %s", async key => {
        const write = 1 + whole.writes.findIndex(written => written.key === key)
        const story = await tellOutages({ write, part: 0.5 })
        expect(story).toMatchObject({ ...SOUND, wiped: true, recovered: 0 })
        // everything that waited is lost; the program goes on once it has been deployed again
        expect(story.lost).toEqual(range(story.atCut!.accepted, story.atCut!.taken))
        expect(story.unread).toBeLessThan(DARK_SLOTS)
    })
})
