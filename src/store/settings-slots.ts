import * as ds from "@devicescript/core"
import { settings } from "@devicescript/settings"
import { withDeadline } from "../kernel/deadline"
import { SlotError, type SlotStore, verify } from "./slot-store"

/** The settings service answers within some 20 ms, and within a second at the start of the program. */
const DEADLINE_MS = 5000

/** Key and value of a setting, with a byte between them, that can be read back. A longer one stops the program. */
const MOST_BYTES = 232

/**
 * Slots in the firmware's settings, one setting each. The keys are always the same: a setting that was deleted would take
 * its place in the flash for ever.
 *
 * Two fibers that read the same setting can get each other's answer, so all slots must belong to one owner that does one
 * thing at a time.
 */
export class SettingsSlots implements SlotStore {
    readonly name = "settings"
    /** Every write to the flash is a small risk: a power cut in the middle of one wipes all settings. */
    readonly eager = false

    /**
     * @param prefix of the keys; a number follows
     * @param slots 1 to 100
     * @param size at most 229 bytes less the prefix
     */
    constructor(
        private readonly prefix: string,
        readonly slots: number,
        readonly size: number,
    ) {
        if (this.key(slots - 1).length + 1 + size > MOST_BYTES)
            throw new RangeError("settings cannot be so long")
    }

    async read(slot: number): Promise<Buffer> {
        const key = this.key(slot)
        try {
            const report = await withDeadline("setting " + key, DEADLINE_MS, async () => {
                return await ds.actionReport(
                    settings,
                    "get",
                    async () => await settings.get(key),
                    report => report.decode()[0] === key,
                )
            })
            const value: Buffer = report.decode()[1]
            return value.length === 0 ? undefined : value
        } catch (e) {
            throw new SlotError(this.name, slot, (e as Error).message)
        }
    }

    /** The firmware says nothing when it has no room left. */
    async write(slot: number, data: Buffer) {
        if (data.length > this.size) throw new RangeError("too long for a slot")
        await settings.set(this.key(slot), data)
        await verify(this, slot, data)
    }

    private key(slot: number): string {
        return this.prefix + slot
    }
}
