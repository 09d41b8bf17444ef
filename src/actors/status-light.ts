import * as ds from "@devicescript/core"
import type { Supervised } from "../kernel/supervisor"
import type { Topic } from "../kernel/topic"
import type { Meter } from "../line/meters/profile"
import type { MeterState } from "./poller/line-state"
import type { UploadReport } from "./uplink/upload-report"

/* Blinks per row for each state. If several apply, the highest number is shown. */
const FINE = 1
const NO_METER = 2
const NO_SERVER = 3
const KEY_REFUSED = 4
const NO_WIFI = 5
const SAFE_MODE = 6

const KEY_TROUBLE = "wrong key, no write access, no key, unusable key"

/** On time and off time of a blink, each in ms. The firmware updates the light every 65 ms. */
const BLINK_MS = 250
/** Dark between the last blink of a row and the first of the next, in ms. */
const PAUSE_MS = 2500
/** Of 255. A light that cannot be dimmed is just on. */
const BRIGHTNESS = 100

/** The status light as the firmware offers it, in its control service. */
export interface Light {
    readonly isBound: boolean
    setStatusLight(red: number, green: number, blue: number, speed: number): Promise<void>
}

/** Shows forever that the program keeps failing. */
export async function showSafeMode(light: Light) {
    while (true) await showRow(light, SAFE_MODE)
}

/** Shows one row of blinks, and the pause after it. */
async function showRow(light: Light, blinks: number) {
    const red = blinks === FINE ? 0 : BRIGHTNESS
    // A call to an unbound service would block the fiber forever.
    for (let i = 0; i < blinks && light.isBound; i++) {
        await light.setStatusLight(red, BRIGHTNESS - red, 0, 0)
        await ds.sleep(BLINK_MS)
        await light.setStatusLight(0, 0, 0, 0)
        await ds.sleep(BLINK_MS)
    }
    await ds.sleep(PAUSE_MS)
}

/**
 * Shows the state of the device with the board's own light, in rows of blinks: green if all is well, else red. It needs no
 * mailbox, so it is not an `Actor`.
 */
export class StatusLight implements Supervised {
    beat = ds.millis()
    private silent: Meter[] = []
    private uplink = FINE
    private stopped = false

    constructor(
        private readonly light: Light,
        private readonly safeMode: boolean,
        private readonly meterStates: Topic<MeterState>,
        private readonly uploads: Topic<UploadReport>,
    ) {
        meterStates.subscribe(this.onMeter)
        uploads.subscribe(this.onUpload)
    }

    async run() {
        while (!this.stopped) {
            this.beat = ds.millis()
            const { light } = this
            const trouble = Math.max(this.uplink, this.silent.length > 0 ? NO_METER : FINE)
            const blinks = this.safeMode ? SAFE_MODE : trouble
            await showRow(light, blinks)
        }
    }

    stop() {
        this.stopped = true
        this.meterStates.unsubscribe(this.onMeter)
        this.uploads.unsubscribe(this.onUpload)
    }

    private onMeter({ meter, answering }: MeterState) {
        this.silent = this.silent.filter(m => m !== meter)
        if (!answering) this.silent.push(meter)
    }

    private onUpload({ failure }: UploadReport) {
        if (failure === undefined) this.uplink = FINE
        else if (failure.cause === "NetworkDown") this.uplink = NO_WIFI
        else this.uplink = KEY_TROUBLE.includes(failure.cause) ? KEY_REFUSED : NO_SERVER
    }
}
