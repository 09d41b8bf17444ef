import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses, type HouseOptions } from "./house"

afterEach(closeHouses)

const WRONG_KEY = "0123456789abcdef0123456789abcdef"

/** Builds a house that cannot upload, and returns what it says in ten minutes. */
async function complaints(options: Omit<HouseOptions, "slaves">): Promise<string[]> {
    const slaves: HouseOptions["slaves"] = clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })]
    const house = await build({ slaves, ...options })
    await house.pass(600)
    expect(house.counters.readings, "it polls on").toBeGreaterThan(55)
    expect(house.counters.queued, "readings wait").toBe(house.counters.readings)
    expect(house.arrivals).toEqual([])
    expect(house.counters.uploadErrors).toBeGreaterThan(1)
    expect(house.rig.stops).toEqual([])
    for (const { text } of house.rig.log) {
        for (const key of [WRONG_KEY, house.server.writeKey, house.server.readKey]) {
            expect(text).not.toContain(key)
        }
    }
    return house.said("error")
}

test.each([
    ["EMON_URL", undefined, "uplink: Setting EMON_URL: missing; add it to .env.local and deploy"],
    ["EMON_KEY", undefined, "uplink: Setting EMON_KEY: missing; add it to .env.local and deploy"],
    ["EMON_NODE", undefined, "uplink: Setting EMON_NODE: missing; add it to .env.local and deploy"],
    ["EMON_KEY", 12345678, "uplink: Setting EMON_KEY: not text; put it in double quotes"],
    [
        "EMON_KEY",
        WRONG_KEY.slice(1),
        "uplink: Setting EMON_KEY: the EmonCMS key has 31 characters instead of 32; copy the Read & Write key from the My Account page of EmonCMS",
    ],
    [
        "EMON_URL",
        "emonpi.local",
        "uplink: Setting EMON_URL: the address does not begin with http:// or https://; write it like http://192.168.1.10/emoncms or https://emoncms.org",
    ],
    [
        "EMON_NODE",
        "heat & pump",
        'uplink: Setting EMON_NODE: the node name "heat & pump" contains &; use letters, digits, spaces, and _ - .',
    ],
])("reports %s = %j once and by name, and keeps polling", async (name, value, complaint) => {
    expect(await complaints({ settings: { [name]: value } })).toEqual([complaint])
})

test("reports a wrong key", async () => {
    expect(await complaints({ settings: { EMON_KEY: WRONG_KEY } })).toEqual([
        "uplink: EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY.",
    ])
})

test("reports a read-only key", async () => {
    const [complaint, ...more] = await complaints({ key: "read" })
    expect(complaint).toMatch(/^uplink: .*EMON_KEY is a read-only key.*Use the Read & Write key\.$/)
    expect(more).toEqual([])
})

test("reports a wrong path", async () => {
    expect(await complaints({ url: origin => `${origin}/elsewhere` })).toEqual([
        "uplink: The server answers, but has no EmonCMS at this path. Check EMON_URL; on many servers it ends in /emoncms.",
    ])
})
