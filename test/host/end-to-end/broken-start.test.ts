import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { projectRoot } from "../../../tools/project"
import { build, closeHouses, type House } from "./house"

/* Faults while the program starts, before the queue is opened or during it. */

afterEach(closeHouses)

const HOUR = 3600

/** A source file, a place in it, and the text to insert before that place. */
interface Fault {
    readonly file: string
    readonly before: string
    readonly insert: string
}

const OPENING = {
    file: "src/queue/reading-queue.ts",
    before: "const { heapBlocks, blockBytes, store } = options",
}

/** Faults that the program catches. It goes on with log, services and light. */
const caught: Readonly<Record<string, Fault>> = {
    "opening the queue throws": {
        ...OPENING,
        insert: 'if (options.store) throw new RangeError("cannot be")\n    ',
    },
    "opening the queue hangs": {
        ...OPENING,
        insert: "const never = new Lock()\n    await never.acquire()\n    await never.acquire()\n    ",
    },
    "making the port throws": {
        file: "src/line/ports/spi-uart.ts",
        before: 'this.name = "spi-uart GPIO"',
        insert: 'if (options) throw new RangeError("no such port")\n        ',
    },
}

/** Faults that stop the program at every attempt, even in safe mode. */
const fatal: Readonly<Record<string, Fault>> = {
    "a module throws when it is set up": {
        file: "src/line/modbus-client.ts",
        before: "/** ",
        insert: 'function fail() {\n    throw new RangeError("cannot be set up")\n}\nfail()\n',
    },
    "the heap is too small": {
        ...OPENING,
        insert: "const all: Buffer[] = []\n    while (options.store) all.push(Buffer.alloc(1000))\n    ",
    },
}

async function houseWith({ file, before, insert }: Fault): Promise<House> {
    const source = await readFile(join(projectRoot, file), "utf8")
    expect(source).toContain(before)
    return build({
        slaves: clock => [pzem016({ clock, load: constantLoad({ power: 1000 }) })],
        overrides: { [file]: source.replace(before, insert + before) },
    })
}

const isSafe = (house: House) => () => house.said("error").some(text => text.includes("safe mode"))

test.each(Object.entries(caught))("%s: the program enters safe mode and reports why", async (_, fault) => {
    const house = await houseWith(fault)
    await house.until("safe mode", isSafe(house), 900)
    expect(house.rig.stops).toEqual([0, 0, 0, 0, 0])
    expect(house.said("error").at(-1)).toMatch(/cannot start|safe mode/)
    expect(await house.blinks()).toBe(6)
    await house.pass(HOUR / 2)
    expect(house.rig.stops).toHaveLength(5)
    const restart = await house.simulation.register(2, 0x180)
    expect(Buffer.from(restart!).toString("latin1")).toContain("cannot start")
    await house.until("the next attempt", () => house.rig.stops.length > 6, HOUR)
    expect(house.rig.stops).toEqual([0, 0, 0, 0, 0, 0, 0])
})

test.each(Object.entries(fatal))("%s: only the status light works, for an hour", async (_, fault) => {
    const house = await houseWith(fault)
    await house.until("the last resort", isSafe(house), 300)
    await house.pass(60)
    const stops = house.rig.stops.length
    // five that make a loop, and one in safe mode itself
    expect(stops).toBe(6)
    expect(await house.blinks()).toBe(6)
    await house.pass(HOUR / 2)
    expect(house.rig.stops).toHaveLength(stops)
    await house.until("the next attempt", () => house.rig.stops.length > stops, HOUR)
    await house.pass(300)
    // the program's own restart, the attempt, and safe mode again
    expect(house.rig.stops).toHaveLength(stops + 3)
    expect(await house.blinks()).toBe(6)
})
