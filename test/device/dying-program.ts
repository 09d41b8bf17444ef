import "../../src/main"
import * as ds from "@devicescript/core"
import { readInTime } from "../../src/device/settings"

/* The program with a fault that stops it two seconds after every start outside safe mode. */

interface Note {
    count: number
}

await ds.sleep(2000)
const note = await readInTime<Note>("RESTARTS")
if (!(note?.count >= 5)) throw new RangeError("cannot live")
