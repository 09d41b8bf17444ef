import { readSetting, writeSetting } from "@devicescript/settings"
import { withDeadline } from "../kernel/deadline"
import { describe } from "../kernel/fault"
import { Lock } from "../kernel/lock"
import { warn } from "./log"

/** The first read after a deployment takes about a second, later ones some 20 ms; a missing service never answers. */
const SETTING_MS = 5000

/** If two fibers read the same setting at once, one can get the other's answer, or the program stops. */
const lock = new Lock()

/**
 * Runs an access to the settings service, one fiber at a time.
 * @param key its name in the error
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

/** The value of a setting; `undefined` if it is missing, or if it cannot be read, which is logged. */
export async function readInTime<T>(key: string): Promise<T | undefined> {
    try {
        return await inTime(key, async () => (await readSetting(key)) as T)
    } catch (e) {
        warn("settings", describe(e as Error))
        return undefined
    }
}

/**
 * Writes a setting. The platform does not confirm a write, so this returns only after a read that follows it.
 * @throws DeadlineExceeded
 */
export async function writeInTime<T>(key: string, value: T) {
    await inTime(key, async () => await writeSetting(key, value))
    await readInTime(key)
}

/**
 * Reads a number that the owner can set. An invalid one is logged and ignored.
 * @param fallback returned if there is no valid number
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
    warn("settings", key + " is not a number from " + least + " to " + most + "; " + fallback + " is used")
    return fallback
}
