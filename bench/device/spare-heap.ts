import "../../src/main"
import { readSetting } from "@devicescript/settings"

/** Bytes of heap that the program above cannot have. */
const spare = Buffer.alloc(await readSetting("SPARE_HEAP", 0))
console.debug("spare heap: " + spare.length)
