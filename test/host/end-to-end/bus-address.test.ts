import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { ControlCmd, JDBus, jdpack, Packet, SettingsCmd, SRV_SETTINGS } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { FrameTransport } from "../../../sim/bus/jacdac-bus"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { build, closeHouses, type House } from "./house"

const CHIP = "e3015c2109a40016"
const REFUSED = /^uplink: Setting EMON_URL: changed without EMON_KEY; set both/

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
    await closeHouses()
})

/** A member of the bus that can write settings and reset the chip. */
class Stranger {
    private readonly bus: JDBus

    constructor(private readonly house: House) {
        const transport = new FrameTransport("stranger", frame => member.send(frame))
        const member = house.simulation.join(frame => transport.receive(frame))
        this.bus = new JDBus([transport], { client: false, disableRoleManager: true })
        this.bus.backgroundRefreshRegisters = false
        cleanups.push(() => this.bus.stop())
    }

    async write(key: string, value: string): Promise<void> {
        const json = Buffer.from(JSON.stringify(value))
        await this.service().sendPacketAsync(Packet.from(SettingsCmd.Set, jdpack("z b", [key, json])), false)
        await this.house.pass(0.5)
    }

    async reset(): Promise<void> {
        await this.bus.device(CHIP)!.sendCtrlCommand(ControlCmd.Reset)
    }

    /** Waits until the chip has announced itself. */
    async arrived(): Promise<void> {
        await this.house.until("the chip shows itself", () => this.bus.device(CHIP, true)?.announced === true)
    }

    private service() {
        return this.bus.device(CHIP)!.services({ serviceClass: SRV_SETTINGS })[0]!
    }
}

/** A house that uploads, a stranger on its bus, and another server with the same key. */
async function houseWithStranger() {
    let first = ""
    const house = await build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        speed: 100,
        url: url => {
            first = url
            return url
        },
    })
    await house.until("readings arrive", () => house.counters.accepted > 0)
    const other = new EmonCmsServer({ clock: house.clock, writeKey: house.server.writeKey })
    let arrived = 0
    other.onAccepted(() => arrived++)
    const { url } = await other.listen()
    cleanups.push(() => other.close())
    const stranger = new Stranger(house)
    await stranger.arrived()
    return { house, stranger, first, url, key: house.server.writeKey, arrivals: () => arrived }
}

test("refuses a new server address without the key, and accepts the old one again", async () => {
    const { house, stranger, first, key } = await houseWithStranger()
    let heard = 0
    const thief = createServer(socket => {
        heard++
        socket.destroy()
    })
    thief.listen(0, "127.0.0.1")
    await once(thief, "listening")
    cleanups.push(async () => thief.close())
    await stranger.write("EMON_URL", `http://127.0.0.1:${(thief.address() as AddressInfo).port}`)
    await stranger.reset()
    await house.until("it is refused", () => house.said("error").some(text => REFUSED.test(text)))
    await house.pass(120)
    const accepted = house.counters.accepted

    await stranger.write("EMON_URL", first)
    await house.until("the first server gets readings again", () => house.counters.accepted > accepted, 900)
    expect(heard).toBe(0)
    for (const { text } of house.rig.log) expect(text).not.toContain(key)
})

test("uses a new server address that comes with the key", async () => {
    const { house, stranger, url, key, arrivals } = await houseWithStranger()
    await stranger.write("EMON_URL", url)
    await stranger.write("EMON_KEY", key)
    await stranger.reset()
    await house.until("the new server gets readings", () => arrivals() > 0)
    expect(house.said("error")).toEqual([])
    const stored = storedSettings(house.simulation.device.flash.image).get("EMON_KEY")!
    expect(Buffer.from(stored).toString()).toBe(JSON.stringify(`${key} ${url}`))
})

test("refuses an address too long to store with the key, and keeps the key", async () => {
    const { house, stranger, key } = await houseWithStranger()
    await stranger.write("EMON_URL", `http://127.0.0.1:1/${"a".repeat(150)}`)
    await stranger.write("EMON_KEY", key)
    await stranger.reset()
    await house.until("it is refused", () =>
        house
            .said("error")
            .some(text => text.startsWith("uplink: Setting EMON_URL: longer than 150 characters")),
    )
    const stored = storedSettings(house.simulation.device.flash.image).get("EMON_KEY")!
    expect(Buffer.from(stored).toString()).toBe(JSON.stringify(key))
})
