import { readSetting, writeSetting } from "@devicescript/settings"
import { withDeadline } from "../kernel/deadline"
import { describe } from "../kernel/fault"
import { Lock } from "../kernel/lock"
import { warn } from "./log"

/** The first read after a deployment takes about a second, a later one some 20 ms; a service that is not there never answers. */
const SETTING_MS = 5000

/** Of two fibers that read the same setting at the same time, one can get the other's answer, or the program stops. */
const lock = new Lock()

/**
 * Uses the settings service, which is for one fiber at a time.
 * @param key for the error
 * @throws DeadlineExceeded
 */
export async function inTime<T>(key: string, body: () => Promise<T>): Promise<T> {
    await lock.acquire()
    try {
        return await withDeadline("setting " + key, SETTING_MS, body)
    } finally {
        lock.release()
    }
}

/** What a setting holds; `undefined` when it is missing or cannot be read, which the log is told. */
export async function readInTime<T>(key: string): Promise<T | undefined> {
    try {
        return await inTime(key, async () => (await readSetting(key)) as T)
    } catch (e) {
        warn("settings", describe(e as Error))
        return undefined
    }
}

/**
 * Writes a setting. It is written when this returns, for it was read back; the platform itself does not say so.
 * @throws DeadlineExceeded
 */
export async function writeInTime<T>(key: string, value: T) {
    await inTime(key, async () => await writeSetting(key, value))
    await readInTime(key)
}

/**
 * A number that the owner may set. A wrong one is told in the log, and does not count.
 * @param fallback what counts when there is none
 */
export async function readNumber(
    key: string,
    fallback: number,
    least: number,
    most: number,
): Promise<number> {
    const value = await readInTime<number>(key)
    if (value === undefined) return fallback
    if (typeof value === "number" && value >= least && value <= most) return value
    warn("settings", key + " is no number from " + least + " to " + most + "; " + fallback + " counts")
    return fallback
}
