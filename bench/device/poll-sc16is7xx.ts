import * as ds from "@devicescript/core"
import { Sc16is7xxChip } from "../../sim/i2c/sc16is7xx"
import { Sc16is7xx } from "../../src/line/ports/sc16is7xx"
import { I2cBus } from "../../test/device/line/ports/sc16is7xx/i2c-bus"
import { ParrotSlave } from "../../test/device/line/ports/sc16is7xx/line-end"
import { printPollTimes, REQUEST } from "./polls"

/** The answer of a real PZEM-016, from Tasmota issue 6050. */
const REPLY = hex`01 04 14 08 91 08 07 00 00 11 29 00 00 1C A1 00 02 01 F6 00 61 00 00 68 25`

const bus = new I2cBus()
bus.devices.push(new Sc16is7xxChip(0x4d, 14745600, [new ParrotSlave(REQUEST, REPLY)], ds.millis))
const chip = { address: 0x4d, crystalHz: 14745600, channel: "A", baud: 9600, stopBits: 1 } as const

await printPollTimes(new Sc16is7xx(chip))
