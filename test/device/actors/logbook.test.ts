import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { LogBlocks } from "../../../src/actors/logbook/log-blocks"
import { Logbook } from "../../../src/actors/logbook/logbook"
import type { ClockEstimate } from "../../../src/actors/timekeeper"
import { Level, type LogRecord } from "../../../src/device/log"
import { writeInTime } from "../../../src/device/settings"
import { Topic } from "../../../src/kernel/topic"
import { RamSlots, readLog } from "./log-reader"

const HOUR_S = 3600

class World {
    readonly slots = new RamSlots(8)
    readonly clock = new Topic<ClockEstimate>("clock")
    private readonly records = new Topic<LogRecord>("records")
    private readonly rotations = new Topic<undefined>("rotations")
    private blocks: LogBlocks
    private logbook: Logbook

    /** Simulates a start of the program. */
    async start() {
        this.blocks = new LogBlocks(this.slots)
        await this.begin()
    }

    /** Replaces the logbook, as the supervisor does after a failure. */
    async replace() {
        this.stop()
        await this.begin()
    }

    private async begin() {
        const { records, rotations, clock, blocks } = this
        this.logbook = new Logbook(records, rotations, clock, blocks)
        this.logbook.run.start()
        await ds.sleep(500)
    }

    tell(level: Level, text: string) {
        this.records.publish({ at: ds.millis(), level, source: "heatpump", text })
    }

    rotate() {
        this.rotations.publish(undefined)
    }

    /** The log in the flash, without levels and times. */
    texts(back: number): string {
        return readLog(this.slots, back)
            .map(line => line.split(" ").slice(2).join(" "))
            .join("; ")
    }

    stop() {
        this.logbook.stop()
    }
}

async function started(): Promise<World> {
    const world = new World()
    await world.start()
    return world
}

describe("logbook", () => {
    test("writes warnings and errors together 30 s after the first one", async () => {
        const world = await started()
        world.tell(Level.Warn, "no answer")
        await ds.sleep(20000)
        world.tell(Level.Error, "wrong key")
        expect(world.slots.writes).toBe(0)
        await ds.sleep(10500)
        expect(world.slots.writes).toBe(1)
        expect(world.texts(0)).toBe("heatpump: no answer; heatpump: wrong key")
        world.stop()
    })

    test("delays a notice by ten minutes and omits records below its level", async () => {
        const world = await started()
        world.tell(Level.Info, "230.1 V")
        world.tell(Level.Notice, "answers again")
        await ds.sleep(599000)
        expect(world.slots.writes).toBe(0)
        await ds.sleep(2000)
        expect(world.slots.writes).toBe(1)
        expect(world.texts(0)).toBe("heatpump: answers again")
        world.stop()
    })

    test("keeps a record after a burst of others below its level", async () => {
        const world = await started()
        for (let i = 0; i < 20; i++) world.tell(Level.Info, "230.1 V")
        world.tell(Level.Notice, "answers again")
        await ds.sleep(601000)
        expect(world.texts(0)).toBe("heatpump: answers again")
        world.stop()
    })

    test("uses the log level from the settings and ignores an invalid one", async () => {
        await writeInTime("LOG_LEVEL", Level.Error)
        const world = await started()
        world.tell(Level.Warn, "no answer")
        world.tell(Level.Error, "wrong key")
        await ds.sleep(31000)
        expect(world.texts(0)).toBe("heatpump: wrong key")
        await writeInTime("LOG_LEVEL", "everything")
        world.stop()
        await world.start()
        world.tell(Level.Warn, "no answer")
        await ds.sleep(31000)
        expect(world.texts(0)).toBe("heatpump: wrong key; heatpump: no answer")
        world.stop()
    })

    test("stamps records with the wall clock if known, else with the uptime", async () => {
        const world = await started()
        world.tell(Level.Warn, "no answer")
        const uptime = Math.floor(ds.millis() / 1000)
        await ds.sleep(1000)
        world.clock.publish({ offset: 1795330000000 - ds.millis(), uncertainty: 100 })
        world.tell(Level.Warn, "still none")
        await ds.sleep(31000)
        expect(readLog(world.slots, 0).join("; ")).toBe(
            "3 +" + uptime + " heatpump: no answer; 3 1795330000 heatpump: still none",
        )
        world.stop()
    })

    test("keeps its records over a restart and appends to them", async () => {
        const world = await started()
        world.tell(Level.Warn, "no answer")
        await ds.sleep(31000)
        world.stop()
        await world.start()
        world.tell(Level.Warn, "still none")
        await ds.sleep(31000)
        expect(world.texts(0)).toBe("heatpump: no answer; heatpump: still none")
        world.stop()
    })

    test("switches logs on request without losing a record", async () => {
        const world = await started()
        world.tell(Level.Warn, "no answer")
        await ds.sleep(5)
        world.rotate()
        await ds.sleep(5)
        world.tell(Level.Warn, "still none")
        await ds.sleep(31000)
        expect(world.texts(1)).toBe("heatpump: no answer")
        expect(world.texts(0)).toBe("heatpump: still none")
        world.stop()
    })

    test("keeps records while slots fail and writes them once they work again", async () => {
        const world = await started()
        world.slots.fails = true
        world.tell(Level.Warn, "no answer")
        await ds.sleep(31000)
        expect(world.slots.writes).toBe(1)
        world.slots.fails = false
        world.tell(Level.Warn, "still none")
        await ds.sleep(31000)
        expect(world.texts(0)).toBe("heatpump: no answer; heatpump: still none")
        world.stop()
    })

    test("writes at most 14 times in eight hours with a new error every second", async () => {
        const world = await started()
        for (let second = 0; second < 8 * HOUR_S; second++) {
            world.tell(Level.Error, "trouble number " + second)
            await ds.sleep(1000)
        }
        // Six saved-up writes, plus one per hour.
        expect(world.slots.writes <= 14).toBe(true)
        expect(world.slots.writes >= 12).toBe(true)
        const kept = readLog(world.slots, 1)
        kept.pushRange(readLog(world.slots, 0))
        let counted = 0
        let last = -1
        for (const line of kept) {
            const words = line.split(" ")
            if (words[2] === "logbook:") {
                if (last >= 0) last = last + parseInt(words[3])
                counted++
            } else {
                const number = parseInt(words[5])
                // A gap between two records is reported between them.
                expect(last < 0 || number === last + 1).toBe(true)
                last = number
            }
        }
        expect(counted >= 5).toBe(true)
        world.stop()
    })

    test("writes no more often when it keeps failing and being replaced", async () => {
        const world = await started()
        for (let minute = 0; minute < 360; minute++) {
            world.tell(Level.Error, "trouble number " + minute)
            await ds.sleep(59000)
            if (minute % 10 === 0) await world.replace()
        }
        expect(world.slots.writes <= 12).toBe(true)
        expect(world.slots.writes >= 10).toBe(true)
        world.stop()
    })
})
