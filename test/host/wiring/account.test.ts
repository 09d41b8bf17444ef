import { expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { Account } from "../../../tools/wirings/account"

const TIME = 1768435230

async function accountOf(fields: string[]): Promise<Account> {
    const [meter] = defaultConfig.meters
    const wiring = await wiringOf(
        { ...defaultConfig, meters: [{ ...meter!, fields }] },
        "device",
        projectRoot,
    )
    return new Account(wiring)
}

test.each([
    ["power", "940.1 W", 940.1],
    ["power_factor", "power_factor 0.97", 0.97],
])("finds a reading with nothing but %s in the log and on the server", async (field, words, value) => {
    const account = await accountOf([field])
    account.told(`heatpump: ${words}`, TIME * 1000)
    account.accepted({ node: "emonscript", input: field, time: TIME, value })
    expect(account.balance((TIME + 1) * 1000)).toEqual({ taken: 1, missing: 0, wrong: 0, duplicated: 0 })
})

test.each(["heatpump: answers again", "uplink: 3 readings wait"])("%s is no reading", async text => {
    const account = await accountOf(["power_factor"])
    account.told(text, TIME * 1000)
    expect(account.taken).toBe(0)
})

test("counts what the server has and no meter showed, and what it has twice", async () => {
    const account = await accountOf(["power_factor"])
    account.told("heatpump: power_factor 0.97", TIME * 1000)
    for (const value of [0.98, 0.98])
        account.accepted({ node: "emonscript", input: "power_factor", time: TIME, value })
    expect(account.balance((TIME + 1) * 1000)).toEqual({ taken: 1, missing: 1, wrong: 1, duplicated: 1 })
})
