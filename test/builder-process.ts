import { buildHere } from "../tools/compile/build-output"
import { shareBuilder } from "../tools/compile/shared-builder"

/** Builds the programs of all tests; takes the path of the socket at which it is asked. */
await shareBuilder(buildHere, process.argv[2]!)
process.on("disconnect", () => process.exit())
process.send?.("ready")
