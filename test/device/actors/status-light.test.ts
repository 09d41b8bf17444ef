import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { MeterState } from "../../../src/actors/poller/line-state"
import { type Light, StatusLight } from "../../../src/actors/status-light"
import type { Cause, Failure } from "../../../src/actors/uplink/failure"
import type { UploadReport } from "../../../src/actors/uplink/upload-report"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { Topic } from "../../../src/kernel/topic"
import type { Meter } from "../../../src/line/meters/profile"
import { subscriptions } from "../kernel/subscriptions"

const oven: Meter = { name: "oven", address: 1, profile: pzem016 }
const heatpump: Meter = { name: "heatpump", address: 2, profile: pzem016 }

class Lamp implements Light {
    isBound = true
    /** A letter for each blink, a blank for each pause. */
    seen = ""
    private last = ds.millis()

    async setStatusLight(red: number, green: number, blue: number, speed: number) {
        if (ds.millis() - this.last > 2000) this.seen = this.seen + " "
        this.last = ds.millis()
        if (red > 0) this.seen = this.seen + "r"
        if (green > 0) this.seen = this.seen + "g"
        expect(blue + speed).toBe(0)
    }
}

class World {
    readonly lamp = new Lamp()
    readonly meterStates = new Topic<MeterState>("meter states")
    readonly uploads = new Topic<UploadReport>("uploads")
    readonly light: StatusLight

    constructor(safeMode: boolean) {
        this.light = new StatusLight(this.lamp, safeMode, this.meterStates, this.uploads)
        this.light.run.start()
    }

    meter(meter: Meter, answering: boolean) {
        this.meterStates.publish({ meter, answering, cause: undefined })
    }

    upload(cause?: Cause) {
        const failure: Failure = cause === undefined ? undefined : { cause, detail: "" }
        this.uploads.publish({ accepted: 0, refused: [], failure })
    }

    /** The next complete row of blinks after a pause. */
    async row(): Promise<string> {
        this.lamp.seen = ""
        await ds.sleep(13000)
        return this.lamp.seen.split(" ")[1]
    }
}

describe("status light", () => {
    test("blinks green once when all is well and a red code for each fault", async () => {
        const world = new World(false)
        expect(await world.row()).toBe("g")
        world.meter(oven, false)
        expect(await world.row()).toBe("rr")
        world.upload("ConnectFailed")
        expect(await world.row()).toBe("rrr")
        world.upload("wrong key")
        expect(await world.row()).toBe("rrrr")
        world.upload("no write access")
        expect(await world.row()).toBe("rrrr")
        world.upload("unusable key")
        expect(await world.row()).toBe("rrrr")
        world.upload("setting")
        expect(await world.row()).toBe("rrr")
        world.upload("NetworkDown")
        expect(await world.row()).toBe("rrrrr")
        world.upload()
        expect(await world.row()).toBe("rr")
        world.meter(oven, true)
        expect(await world.row()).toBe("g")
        world.light.stop()
    })

    test("turns green again when the last silent meter answers", async () => {
        const world = new World(false)
        world.meter(oven, false)
        world.meter(heatpump, false)
        world.meter(heatpump, false)
        world.meter(heatpump, true)
        expect(await world.row()).toBe("rr")
        world.meter(oven, true)
        expect(await world.row()).toBe("g")
        world.light.stop()
    })

    test("blinks six times in safe mode, whatever else is wrong", async () => {
        const world = new World(true)
        world.meter(oven, false)
        expect(await world.row()).toBe("rrrrrr")
        world.light.stop()
    })

    test("keeps its heartbeat while it waits for the light's service", async () => {
        const world = new World(false)
        world.lamp.isBound = false
        await ds.sleep(60000)
        expect(ds.millis() - world.light.beat <= 5000).toBe(true)
        world.lamp.isBound = true
        expect(await world.row()).toBe("g")
        world.light.stop()
    })

    test("goes dark and unsubscribes when it is stopped", async () => {
        const world = new World(false)
        expect(subscriptions(world.meterStates) + subscriptions(world.uploads)).toBe(2)
        world.light.stop()
        expect(subscriptions(world.meterStates) + subscriptions(world.uploads)).toBe(0)
        await ds.sleep(10000)
        world.lamp.seen = ""
        await ds.sleep(10000)
        expect(world.lamp.seen).toBe("")
    })
})
