import { describe, expect, test } from "@devicescript/test"
import type { Profile } from "../../../src/line/meters/profile"
import { ModbusClient } from "../../../src/line/modbus-client"
import { type Mood, MoodyLine } from "./moody-line"
import { LINE, PollerHouse } from "./poller-house"

const POLL_MS = 10000

/** Three requests per poll, as for an Eastron meter. No value is decoded or checked. */
const PROFILE: Profile = {
    model: "three reads",
    settleMs: 0,
    // function code 4, each time with register and count: 0 and 14, 18 and 16, 70 and 4
    requests: hex`04 00 00 0E 04 00 12 10 04 00 46 04`,
    labels: () => [],
    table: hex``,
    decoders: [],
    mark: 0,
}

function metersAt(addresses: number[]) {
    return addresses.map(address => ({ name: "m" + address, profile: PROFILE, address }))
}

const ALONE = [1]
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8]

/** Runs for some rounds. @returns the number of readings from the meter that delivered the fewest */
async function run(house: PollerHouse, addresses: number[], rounds: number): Promise<number> {
    const counts: number[] = []
    for (const address of addresses) counts[address] = 0
    for (let i = 0; i < rounds; i++) {
        await house.run(POLL_MS)
        while (house.readings.length > 0) counts[house.readings.pop().meter.address]++
    }
    let least = rounds
    for (const address of addresses) least = Math.min(least, counts[address])
    return least
}

/**
 * Switches the power on for 20 rounds, off for 18, and on again. Reports the fewest readings of any meter in the first 20
 * rounds, whether all meters are back within three rounds, and the fewest readings in 20 more.
 */
async function readings(addresses: number[], mood: Mood): Promise<string> {
    const line = new MoodyLine(addresses, mood)
    const house = new PollerHouse(new ModbusClient(line, LINE), POLL_MS, metersAt(addresses))
    const first = await run(house, addresses, 20)
    line.power(false)
    await run(house, addresses, 18)
    line.power(true)
    const back = (await run(house, addresses, 3)) > 0 ? "back" : "away"
    const later = await run(house, addresses, 20)
    house.poller.stop()
    return first + " " + back + " " + later
}

/** How often each meter is read in 40 s. @param dead address of an absent meter that is wired first; 0 for none */
async function turns(pollMs: number, dead: number): Promise<number[]> {
    const line = new MoodyLine(EIGHT.slice(0, 5), { latencyMs: 30 })
    const wired = dead > 0 ? [dead, 1, 2, 3, 4, 5] : [1, 2, 3, 4, 5]
    const house = new PollerHouse(new ModbusClient(line, LINE), pollMs, metersAt(wired))
    await house.run(40000)
    house.poller.stop()
    return EIGHT.slice(0, 5).map(address => house.count("m" + address))
}

describe("meters that do not fit into one round", () => {
    test("are polled equally often", async () => {
        for (const pollMs of [300, 800])
            for (const dead of [0, 9]) {
                const counts = await turns(pollMs, dead)
                let least = counts[0]
                let most = counts[0]
                for (const count of counts) {
                    least = Math.min(least, count)
                    most = Math.max(most, count)
                }
                expect(least > 20).toBe(true)
                expect(most - least <= 2).toBe(true)
            }
    })
})

describe("difficult meters are read at the full rate, and again soon after a power cut", () => {
    test("deaf for 60 ms after an answer", async () => {
        expect(await readings(ALONE, { latencyMs: 30, deafMs: 60 })).toBe("20 back 20")
        expect(await readings(EIGHT, { latencyMs: 30, deafMs: 60 })).toBe("20 back 20")
    })

    test("missing the first request after a second of silence", async () => {
        expect(await readings(ALONE, { latencyMs: 30, dozesAfterMs: 1000 })).toBe("20 back 20")
        expect(await readings(EIGHT, { latencyMs: 30, dozesAfterMs: 1000 })).toBe("20 back 20")
    })

    test("both, and sometimes busy", async () => {
        const mood = { latencyMs: 45, deafMs: 90, dozesAfterMs: 3000, busyEach: 7 }
        expect(await readings(ALONE, mood)).toBe("20 back 20")
    })

    test("answering after 700 ms, which costs at most two polls at the start", async () => {
        const [first, back, later] = (await readings(ALONE, { latencyMs: 700 })).split(" ")
        expect(parseInt(first) >= 18).toBe(true)
        expect(back).toBe("back")
        expect(later).toBe("20")
    })
})
