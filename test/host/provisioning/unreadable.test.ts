import { afterEach, describe, expect, it, test, vi } from "vitest"
import { Account } from "../../../tools/emoncms/account"
import { EmonCmsError, RefusedError } from "../../../tools/emoncms/errors"
import { firstReading, newestTimes } from "../../../tools/setup/first-reading"
import { OwnersAccount } from "./accounts"

let account: OwnersAccount

afterEach(async () => {
    vi.unstubAllGlobals()
    await account.server.close()
})

/** Lets something before EmonCMS answer the requests for a path, and returns how many it has answered. */
function intercept(path: string, status: number, body: string): () => number {
    const real = globalThis.fetch
    let count = 0
    vi.stubGlobal("fetch", async (...arguments_: Parameters<typeof fetch>) => {
        if (!String(arguments_[0]).includes(path)) return real(...arguments_)
        count++
        return new Response(body, { status })
    })
    return () => count
}

const ANSWERS = [
    ["a server that is asked too often", 429, "Too Many Requests"],
    ["a proxy", 403, "Forbidden"],
    ["a web server without EmonCMS", 404, "Not Found"],
    ["EmonCMS itself", 200, '{"success":false,"message":"invalid app or permissions"}'],
    ["EmonCMS without permission", 200, "false"],
    ["a log-in page", 200, "<!doctype html><html></html>"],
    ["nobody", 200, ""],
] as const

describe.each(ANSWERS)("an answer from %s", (_, status, body) => {
    it.each([
        "/app/getconfig",
        "/app/list",
        "/feed/list",
        "/input/list",
        "/input/process/get",
        "/input/process/set",
    ])("to %s ends the set-up, and nothing of the owner's changes", async path => {
        account = await OwnersAccount.open()
        const settings = { unitcost: 0.31, currency: "£", solar: 5 }
        await account.app("My Electric", settings)
        intercept(path, status, body)
        await expect(account.setUp()).rejects.toBeInstanceOf(RefusedError)
        vi.unstubAllGlobals()
        expect(await account.apps()).toEqual({ "My Electric": settings })
        expect((await account.setUp()).told).toEqual([])
        expect((await account.setUp()).changed).toBe(0)
    })
})

test.each(["11.4.11", "9.8.10"])("the list of apps of EmonCMS %s is read or refused", async version => {
    account = await OwnersAccount.open({ version })
    await account.app("My Electric", { unitcost: 0.31 })
    intercept("/app/list", 200, '{"success":false,"message":"no"}')
    await expect(account.setUp()).rejects.toBeInstanceOf(RefusedError)
    vi.unstubAllGlobals()
    await account.setUp()
    expect(await account.apps()).toEqual({ "My Electric": { unitcost: 0.31, use: 1, use_kwh: 2 } })
})

test.each([
    ["/version", 429],
    ["/input/get", 429],
])("an unreadable answer to %s is not an old version", async (path, status) => {
    account = await OwnersAccount.open()
    intercept(path, status, "Too Many Requests")
    const error = await Account.open(account.api).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(EmonCmsError)
    expect((error as Error).message).toMatch(/status 429/)
})

test("the oldest versions get a process list in no other form after an unreadable answer", async () => {
    account = await OwnersAccount.open({ version: "9.8.10" })
    const asked = intercept("/input/process/set", 429, "Too Many Requests")
    await expect(account.setUp()).rejects.toThrow(/process list of house:power: status 429/)
    expect(asked()).toBe(1)
})

test("inputs that the account does not admit are reported, in every run", async () => {
    account = await OwnersAccount.open()
    await account.input("house", "power")
    account.server.inputCreationDisabled = true
    for (const _ of [1, 2]) {
        const error = await account.setUp().catch((caught: unknown) => caught)
        expect(error).toMatchObject({ name: "RefusedError", step: "create the inputs energy of house" })
        expect((error as Error).message).toMatch(/Allow new inputs in the account/)
    }
    account.server.inputCreationDisabled = false
    expect((await account.setUp()).inputs).toMatchObject([{ outcome: "there" }, { outcome: "made" }])
})

describe("the wait for the first reading", () => {
    const feeds = [
        { name: "use", tag: "house", id: 1, input: "power", role: "use", outcome: "there" },
    ] as const

    it("does not begin before the feeds' newest values are known", async () => {
        account = await OwnersAccount.open()
        const opened = await Account.open(account.api)
        await expect(newestTimes(opened, feeds)).rejects.toBeInstanceOf(RefusedError)
        await account.setUp()
        expect(await newestTimes(opened, feeds)).toEqual(new Map())
    })

    it("outlasts an unreadable answer, and reports the last one", async () => {
        account = await OwnersAccount.open()
        await account.setUp()
        const opened = await Account.open(account.api)
        const asked = intercept("/feed/timevalue", 429, "Too Many Requests")
        const waiting = firstReading(opened, feeds, new Map(), () => asked() > 1)
        await expect(waiting).rejects.toThrow(/newest value of feed 1: status 429/)
    })
})
