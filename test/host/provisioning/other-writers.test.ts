import { afterEach, describe, expect, it, test } from "vitest"
import { mayWriteFeeds } from "../../../tools/emoncms/feed-writers"
import { feedsOf, parseProcessList } from "../../../tools/emoncms/process-list"
import { house, METER, NODE, OwnersAccount } from "./accounts"

let account: OwnersAccount | undefined

afterEach(async () => {
    await account?.server.close()
    account = undefined
})

describe.each(["11.16.8", "10.8.5"])("EmonCMS %s", version => {
    it.each(["power_to_kwh", "accumulator", "kwh_to_kwhd", "wh_accumulator", "kwh_accumulator"])(
        "a feed that %s fills gets no second writer",
        async process => {
            account = await OwnersAccount.open({ version })
            const input = await account.input(NODE, "power")
            const [use, kwh] = [await account.feed(NODE, "use"), await account.feed(NODE, "use_kwh")]
            await account.processList(input, `process__log_to_feed:${use},process__${process}:${kwh}`)
            const done = await account.setUp()
            expect(done.told).toEqual([
                "house:energy would write to a feed that house:power already fills; it is left unchanged, and " +
                    "use_kwh is not created.",
            ])
            expect(account.server.processLists().get(NODE)?.get("energy")).toBe("")
            expect(await account.apps()).toEqual({ "My Electric": { use } })
            expect(await account.setUp()).toMatchObject({ changed: 0, told: done.told })
        },
    )
})

test("an input whose list only reads the feed leaves it free", async () => {
    account = await OwnersAccount.open()
    const other = await account.input("other", "p")
    const use = await account.feed(NODE, "use")
    await account.processList(other, `process__scale:2,process__offset:${use}`)
    expect(await account.setUp()).toMatchObject({ told: [] })
    expect(account.server.processLists().get(NODE)?.get("power")).toBe(`1:${use}`)
})

test("an input that changes its value before the feed keeps its list", async () => {
    account = await OwnersAccount.open()
    const power = await account.input(NODE, "power")
    const use = await account.feed(NODE, "use")
    await account.processList(power, `process__offset:5,process__log_to_feed:${use}`)
    expect((await account.setUp()).told).toEqual([
        "house:power already has a process list; it is left unchanged, and use is not created.",
    ])
})

test("two inputs of one run do not get the same feed", async () => {
    account = await OwnersAccount.open()
    const fields = [METER[0]!, { ...METER[0]!, meter: "n", input: "use" }]
    const plan = await account.setUp(house(fields), { dry: true })
    const done = await account.setUp(house(fields))
    expect(done.told).toEqual([
        "house:use would write to a feed that house:power already fills; it is left unchanged, and use is not created.",
    ])
    expect(plan).toMatchObject({ changed: done.changed, told: done.told })
    expect(account.server.processLists().get(NODE)).toEqual(
        new Map([
            ["power", "1:1"],
            ["use", ""],
        ]),
    )
    expect(await account.setUp(house(fields))).toMatchObject({ changed: 0, told: done.told })
})

// Modules/process/process_processlist.php of EmonCMS 11.16.8 and 9.8.10, and one of another module.
test.each([
    ["1:3,2:0.001,65:2", [3, 2]],
    ["4:2", [2]],
    ["process__power_to_kwhd:7", [7]],
    ["71:15:7", [15, 7]],
    ["10:8,14:9,21:1,27:4,28:5,34:6", [8, 9, 1, 4, 5, 6]],
    ["3:2,29:3,53:4,process__max_feed:5,24:,error_found:0", []],
    ["process__error_found:0,1:5", [5]],
    ["schedule__if_not_schedule_zero:3,eventp__ifRateLtSkip:2", []],
    ["99:12,sometime__new_process:4", [12, 4]],
    ["35:emon/house", []],
])("the feeds into which %s may write", (stored, feeds) => {
    expect(feedsOf(parseProcessList(stored))).toEqual(feeds)
})

test("a process is the same by number and by name", () => {
    expect([1, 4, 5, 14, 23, 34, 64, 65].every(number => mayWriteFeeds(String(number)))).toBe(true)
    expect(["2", "process__scale", "30", "process__sub_feed"].some(mayWriteFeeds)).toBe(false)
})
