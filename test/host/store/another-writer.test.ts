import { duplexPair } from "node:stream"
import { text } from "node:stream/consumers"
import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { build, closeHouses, type House, NODE } from "../end-to-end/house"
import { smallBlocks } from "./small-blocks"

afterEach(closeHouses)

/** Time between two readings, in seconds. */
const INTERVAL = 10

/** A house whose device was without server for twenty minutes, and is now without power. */
async function darkHouse(): Promise<House> {
    const house = await build({
        overrides: await smallBlocks(),
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
    })
    await house.until("readings arrive", () => house.counters.accepted >= 6)
    await house.takeServer()
    await house.pass(1200)
    house.simulation.device.powerOff()
    return house
}

/** Writes to the device's inputs as another program would. */
async function postAsAnother({ server }: House, time: number): Promise<void> {
    const row = encodeURIComponent(JSON.stringify({ power: 1, energy: 1, voltage: 1, current: 1 }))
    const path = `/input/post?node=${NODE}&time=${time}&fulljson=${row}&apikey=${server.writeKey}`
    const [own, servers] = duplexPair()
    server.connect(servers)
    own.write(`GET ${path} HTTP/1.1\r\nHost: emoncms\r\nConnection: close\r\n\r\n`)
    expect(await text(own)).toMatch(/^HTTP\/1.1 200 OK.*(ok|"success": ?true)/s)
}

/** Lets power and server return. @returns how many of the readings found on start-up have not arrived in the end */
async function missing(house: House): Promise<number> {
    const darkFrom = house.now
    const before = house.at("frequency").length
    await house.simulation.device.powerOn()
    await house.bringServer()
    await house.until(
        "all has arrived",
        () => house.counters.accepted > 0 && house.counters.queued === 0,
        900,
    )
    const { recovered } = house.counters
    expect(recovered).toBeGreaterThan(60)
    const arrived = house
        .at("frequency")
        .slice(before)
        .filter(({ time }) => time < darkFrom)
    return recovered - arrived.length
}

test("sends all recovered readings, and presumes none, without another writer", async () => {
    const house = await darkHouse()
    expect(await missing(house)).toBe(0)
    expect(house.counters).toMatchObject({ presumed: 0, dropped: 0 })
})

test("does not mistake another writer's row between its slots for its own", async () => {
    const house = await darkHouse()
    await postAsAnother(house, Math.floor(house.now / INTERVAL) * INTERVAL - 7)
    expect(await missing(house)).toBe(0)
    expect(house.counters).toMatchObject({ presumed: 0, dropped: 0 })
})

test("counts readings as presumed because of another writer's row in a slot", async () => {
    const house = await darkHouse()
    await postAsAnother(house, Math.floor(house.now / INTERVAL) * INTERVAL)
    const lost = await missing(house)
    expect(lost).toBeGreaterThan(0)
    expect(house.counters).toMatchObject({ presumed: lost, dropped: 0 })
})
