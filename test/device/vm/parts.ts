import * as ds from "@devicescript/core"
import { readSetting, writeSetting } from "@devicescript/settings"

// The last digit of the device's own id selects its part.
const id = ds.deviceIdentifier("self")
const part = id[id.length - 1]

console.log("up " + Math.round(ds.millis()))
if (part === "1") {
    console.debug("fine")
    console.info("told")
    console.warn("odd")
    await ds.sleep(5000)
    console.error("bad")
} else if (part === "2") {
    await ds.sleep(2000)
    ds.restart()
} else if (part === "3") {
    await ds.sleep(2000)
    ds.reboot()
} else if (part === "4") {
    const starts = await readSetting("STARTS", 0)
    console.log("started " + starts + " times before")
    await writeSetting("STARTS", starts + 1)
} else if (part === "5") {
    await ds.sleep(2000)
    const held = Buffer.alloc(10000)
    await ds.sleep(2000)
    console.log("held " + held.length)
} else if (part === "6") {
    await ds.sleep(1000)
    throw new Error("nobody catches this")
} else if (part === "8") {
    await writeSetting("STARTS", 1)
    console.log("written " + (await readSetting("STARTS")))
} else {
    setInterval(() => console.log("tick"), 1000)
}
