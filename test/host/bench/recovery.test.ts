import { expect, test } from "vitest"
import { FAULTS, nameOf, type Recovery, recover } from "../../../bench/recovery"
import { ACTORS } from "../../../tools/faulty-program/device/fault"
import { faultyProgram } from "../../../tools/faulty-program/faulty-program"
import { defaultConfig } from "../../../tools/wiring/default-config"

const image = await faultyProgram.build(defaultConfig)

/** How long it takes to replace an actor: the first back-off with its jitter, and a turn of the loop. */
const REPLACED_MS = 1300
/** How long each actor can go without a heartbeat; LOOK_MS is how often heartbeats are checked. */
const HEARTBEAT_MS: Readonly<Record<(typeof ACTORS)[number], number>> = {
    poller: 60_000,
    recorder: 15_000,
    reporter: 15_000,
    logbook: 30_000,
    watchdog: 30_000,
    light: 15_000,
    timekeeper: 15_000,
    uplink: 180_000,
}
const LOOK_MS = 1000
/** How long a restart of the program takes without a panic: a second of the platform, and the start, which reads the store. */
const AGAIN_MS = 2000
/** From a reading to its arrival at EmonCMS when all is well. Readings are taken every 10 s and uploaded every 30 s. */
const DELIVERED_MS = 42_000
/** The longest rest of the uplink in the first two hours of an outage, plus the next attempt. */
const RETRY_MS = 65_000
/** What a restart of the program costs: 5 s for the panic, and 5 s until the meter is believed again. */
const RESTART_MS = 11_000

/** Upper limits of what each fault costs. */
const limits: Readonly<Record<string, Omit<Recovery, "fault">>> = {
    ...Object.fromEntries(ACTORS.map(actor => [`throw in ${actor}`, { recoveredMs: REPLACED_MS, lost: 0 }])),
    ...Object.fromEntries(
        ACTORS.map(actor => {
            const recoveredMs = HEARTBEAT_MS[actor] + LOOK_MS + REPLACED_MS
            return [`hang in ${actor}`, { recoveredMs, lost: 0 }]
        }),
    ),
    // A poll can be due just then: a new poller believes no meter in its first 5 s.
    "throw in poller": { recoveredMs: REPLACED_MS, lost: 1 },
    // While the poller hangs, nothing is polled. It may hold the line, so the program restarts.
    "hang in poller": { recoveredMs: HEARTBEAT_MS.poller + LOOK_MS + AGAIN_MS, lost: 9 },
    "mailbox overrun": { recoveredMs: DELIVERED_MS, lost: 0 },
    "publish storm": { recoveredMs: DELIVERED_MS, lost: 0 },
    "out of memory": { recoveredMs: DELIVERED_MS + RESTART_MS, lost: 5 },
    // Counted from when the clock is right again: the longest rest of the uplink this early in an outage.
    "clock jumping": { recoveredMs: RETRY_MS, lost: 0 },
    "settings full": { recoveredMs: DELIVERED_MS, lost: 0 },
    // Five minutes without an account, whose readings are not uploaded, plus the readings that waited in memory.
    "settings gone": { recoveredMs: DELIVERED_MS + RESTART_MS, lost: 40 },
}

test.each(FAULTS.map(fault => ({ fault, name: nameOf(fault) })))("$name", async ({ fault, name }) => {
    const { recoveredMs, lost } = await recover(image, fault)
    const limit = limits[name]!
    expect(recoveredMs).not.toBeNull()
    expect(recoveredMs).toBeLessThanOrEqual(limit.recoveredMs!)
    expect(lost).toBeLessThanOrEqual(limit.lost)
})
