import * as ds from "@devicescript/core"
import { type SlotStore, STAGES } from "../../../src/device/slot-store"

/** Slots on the heap that outlive a queue. */
export class MemorySlots implements SlotStore {
    readonly name = "memory"
    readonly contents: Buffer[] = []
    writes = 0
    private staged = 0

    constructor(
        readonly slots: number,
        readonly size: number,
        readonly eager: boolean,
    ) {
        for (let i = 0; i < slots + STAGES; i++) this.contents.push(undefined)
    }

    async stage(block: Buffer) {
        this.staged++
        await this.write(this.slots + (this.staged % STAGES), block)
    }

    async read(slot: number): Promise<Buffer> {
        const content = this.contents[slot]
        await ds.sleep(1)
        return content === undefined ? undefined : content.slice(0, content.length)
    }

    async write(slot: number, data: Buffer) {
        this.writes++
        await ds.sleep(1)
        this.contents[slot] = data.slice(0, data.length)
    }
}
