import { readSetting, writeSetting } from "@devicescript/settings"
import { withDeadline } from "./deadline"

/** The first read after a deployment takes about a second; a service that is not there never answers. */
const SETTING_MS = 5000

/**
 * What a setting holds; `undefined` when it is missing. No two fibers may read the same setting at the same time.
 * @throws DeadlineExceeded
 */
export async function readInTime<T>(key: string): Promise<T> {
    return await withDeadline<T>("setting " + key, SETTING_MS, async () => await readSetting(key))
}

/**
 * Writes a setting. It is written when this returns, for it was read back; the platform itself does not say so.
 * @throws DeadlineExceeded
 */
export async function writeInTime<T>(key: string, value: T) {
    await writeSetting(key, value)
    await readInTime(key)
}
