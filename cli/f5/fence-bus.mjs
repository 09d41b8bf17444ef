import { tsImport } from "tsx/esm/api"

// Not with `--import tsx`, which would translate all of DeviceScript's tools, too: half a minute.
await tsImport("./fence-bus.ts", import.meta.url)
