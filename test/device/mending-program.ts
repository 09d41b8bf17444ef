import "../../src/main"
import * as ds from "@devicescript/core"
import { restarts } from "../../src/boot"

/* The program with a fault that stops it two seconds after every start, until it has been in safe mode. */

await ds.sleep(2000)
if (!restarts.safeMode && restarts.reason !== "an hour in safe mode is over")
    throw new RangeError("cannot live")
