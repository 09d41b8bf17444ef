import { eeprom, I2cSlots } from "../../src/device/i2c-slots"
import { busAt } from "./desk-bus"
import { outage } from "./outage"

await outage(desk => new I2cSlots(busAt(desk), eeprom(0x50, 32, 64)))
