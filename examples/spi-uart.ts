// Asks a PZEM-016 for its voltage every second, through an RS485 adapter on P23 and P19 of an ESP32-DevKitC.

import * as ds from "@devicescript/core"
import { pins } from "@dsboard/emon_esp32_devkit_c"
import { SpiUart } from "../src/line/ports/spi-uart"

/** Modbus: client asks server 1 for input register 0; the last two bytes are the checksum. */
const REQUEST = hex`010400000001 31ca`
const REPLY_BYTES = 7
const TIMEOUT_MS = 200

const uart = new SpiUart({ mosi: pins.RS485_TXD, miso: pins.RS485_RXD, baud: 9600, stopBits: 1 })
await uart.open()
console.log("opened " + uart.name)

for (;;) {
    const reply = await uart.exchange(REQUEST, TIMEOUT_MS, received => received.length >= REPLY_BYTES)
    if (reply.length < REPLY_BYTES) console.log("no answer")
    else console.log("voltage: " + ((reply[3] << 8) | reply[4]) / 10 + " V")
    await ds.sleep(1000)
}
