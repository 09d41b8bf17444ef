import * as ds from "@devicescript/core"
import { settings } from "@devicescript/settings"
import { inTime } from "./settings"
import { mustHold, SlotError, type SlotStore } from "./slot-store"

/** Longest key and value of a setting, with a byte between them. Reading back a longer one stops the program. */
const MOST_BYTES = 232

/**
 * Slots in the firmware's settings, each one or a few settings. The keys never change, because a deleted setting would keep
 * its place in flash forever.
 *
 * All slots with the same prefix must have the same owner.
 */
export class SettingsSlots implements SlotStore {
    readonly name = "settings"
    /** Every flash write is a small risk: a power cut in the middle of it wipes all settings. */
    readonly eager = false

    /**
     * @param prefix of the keys; a number follows
     * @param slots number of slots, each of `parts` settings
     * @param size bytes of a slot, a multiple of `parts`; each part must be readable together with its key
     * @param parts settings per slot
     */
    constructor(
        private readonly prefix: string,
        readonly slots: number,
        readonly size: number,
        private readonly parts = 1,
    ) {
        const longest = this.prefix + (slots * parts - 1)
        if (longest.length + 1 + size / parts > MOST_BYTES)
            throw new RangeError("settings cannot be that long")
    }

    async read(slot: number, into?: Buffer): Promise<Buffer | undefined> {
        return await this.alone(this.readParts, slot, into)
    }

    async write(slot: number, data: Buffer) {
        if (data.length > this.size) throw new RangeError("too long for a slot")
        await this.alone(this.writeParts, slot, data)
    }

    private async readParts(slot: number, into: Buffer | undefined): Promise<Buffer | undefined> {
        let content: Buffer | undefined
        let length = 0
        for (let part = 0; part < this.parts; part++) {
            const value = await this.get(this.key(slot, part))
            if (value.length === 0) break
            if (!content) content = into ?? Buffer.alloc(this.size)
            content.blitAt(length, value, 0, value.length)
            length = length + value.length
        }
        return content
    }

    /** Reads each part back, because the firmware does not report that it has no room left. */
    private async writeParts(slot: number, data: Buffer) {
        const bytes = this.size / this.parts
        for (let part = 0; part * bytes < data.length; part++) {
            const key = this.key(slot, part)
            const value = data.slice(part * bytes, Math.min((part + 1) * bytes, data.length))
            await settings.set(key, value)
            mustHold(await this.get(key), this, slot, value)
        }
    }

    private async get(key: string): Promise<Buffer> {
        const report = await ds.actionReport(
            settings,
            "get",
            async () => await settings.get(key),
            report => report.decode()[0] === key,
        )
        return report.decode()[1]
    }

    /** Runs an access alone, so that nobody sees a slot with old and new parts. @throws SlotError */
    private async alone<T, B>(
        access: (slot: number, buffer: B) => Promise<T>,
        slot: number,
        buffer: B,
    ): Promise<T> {
        try {
            return await inTime(this.prefix + slot, async () => await access(slot, buffer))
        } catch (e) {
            if (e instanceof SlotError) throw e
            throw new SlotError(this.name, slot, (e as Error).message)
        }
    }

    private key(slot: number, part: number): string {
        return this.prefix + (slot * this.parts + part)
    }
}
