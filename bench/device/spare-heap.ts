import "../../src/main"
import { readSetting } from "@devicescript/settings"

/** The program, and so many bytes of heap that it cannot have. */
const spare = Buffer.alloc(await readSetting("SPARE_HEAP", 0))
console.debug("spare heap: " + spare.length)
