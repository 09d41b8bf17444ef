import * as ds from "@devicescript/core"
import { fram, I2cSlots } from "../../src/device/i2c-slots"
import { busAt } from "./desk-bus"
import { outage } from "./outage"

/** The block that is being filled is not written at each reading, which takes long and makes no room. */
class UnstagedSlots extends I2cSlots {
    override async stage() {
        await ds.sleep(1)
    }
}

await outage(desk => new UnstagedSlots(busAt(desk), fram(0x50, 32)))
