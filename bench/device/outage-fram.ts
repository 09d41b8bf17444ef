import * as ds from "@devicescript/core"
import { fram, I2cSlots } from "../../src/device/i2c-slots"
import { busAt } from "./desk-bus"
import { outage } from "./outage"

/** Does not write the block being filled at every reading, which would take long and make no room. */
class UnstagedSlots extends I2cSlots {
    override async stage() {
        await ds.sleep(1)
    }
}

await outage(desk => new UnstagedSlots(busAt(desk), fram(0x50, 32)))
