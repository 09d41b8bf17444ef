import { afterEach, describe, expect, it, test } from "vitest"
import { chooseApp, freeName } from "../../../tools/emoncms/choose-app"
import { house, METER, OwnersAccount } from "./accounts"

let account: OwnersAccount | undefined

afterEach(async () => {
    await account?.server.close()
    account = undefined
})

describe.each(["11.16.8", "10.8.5"])("EmonCMS %s", version => {
    it("an app that shows another meter's feeds is left alone, and an own app is added", async () => {
        account = await OwnersAccount.open({ version })
        const garage = { use: 77, unitcost: 0.31, currency: "£" }
        await account.app("Garage", garage)
        const plan = await account.setUp(house(), { dry: true })
        const done = await account.setUp()
        expect(done.told).toEqual([
            "Garage shows other feeds; it is left unchanged, and My Electric is added.",
        ])
        expect(plan).toMatchObject({ changed: done.changed, told: done.told })
        const apps = await account.apps()
        expect(apps).toEqual({ Garage: garage, "My Electric": { use: 1, use_kwh: 2 } })
        expect(await account.setUp()).toMatchObject({ changed: 0, told: [] })
        expect(await account.apps()).toEqual(apps)
    })
})

test("the first meter's app does not get what it lacks from a second one", async () => {
    account = await OwnersAccount.open()
    await account.setUp(house(METER.slice(0, 1)))
    await account.setUp(house(METER, "garage"))
    const apps = { "My Electric": { use: 1 }, "My Electric garage": { use: 2, use_kwh: 3 } }
    expect(await account.apps()).toEqual(apps)
    expect(await account.setUp(house(METER, "garage"))).toMatchObject({ changed: 0, told: [] })
})

test("an app without feeds, under any name, gets them", async () => {
    account = await OwnersAccount.open()
    await account.app("Haus", { unitcost: 0.31 })
    expect(await account.setUp()).toMatchObject({ apps: [{ name: "Haus" }], told: [] })
    expect(await account.apps()).toEqual({ Haus: { unitcost: 0.31, use: 1, use_kwh: 2 } })
})

describe("the choice of an app", () => {
    const sought = {
        names: ["My Electric", "My Electric house"],
        roles: ["use", "use_kwh"],
        feeds: new Map<string, number | undefined>([
            ["use", 1],
            ["use_kwh", 2],
        ]),
    }
    const choose = (apps: Record<string, object>, what = sought) =>
        chooseApp(
            Object.entries(apps).map(([name, config]) => ({
                app: { key: { name }, kind: "myelectric", name },
                config: { ...config },
            })),
            what,
        )?.app.name

    it.each([
        ["one with these feeds, before an empty one", { Mine: { use: "1" }, "My Electric": {} }, "Mine"],
        ["the usual name, before others", { Other: {}, "My Electric": {} }, "My Electric"],
        [
            "its own app, of which the owner has replaced a feed",
            { "My Electric": { use: 9, use_kwh: 2 } },
            "My Electric",
        ],
        [
            "its own app, of which the owner has replaced all feeds",
            { "My Electric": { use: 9, use_kwh: 8 } },
            "My Electric",
        ],
        ["not one with some of these feeds and another", { Mine: { use: 9, use_kwh: 2 } }, undefined],
        ["not its own name, if it lacks a feed and has another", { "My Electric": { use: 9 } }, undefined],
    ])("%s", (_, apps, name) => {
        expect(choose(apps)).toBe(name)
    })

    it("not one with a feed for a setting for which this meter has none", () => {
        const feeds = new Map([["use_kwh", 2]])
        expect(choose({ Garage: { use: 77 } }, { ...sought, feeds })).toBeUndefined()
    })
})

test("a new app gets a name that no other has", () => {
    const apps = ["A", "A b", "A b 2"].map(name => ({ key: { name }, kind: "myelectric", name }))
    expect(freeName(["A", "A b"], apps)).toBe("A b 3")
    expect(freeName(["C", "A b"], apps)).toBe("C")
})
