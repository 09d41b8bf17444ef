import { tsImport } from "tsx/esm/api"

// `--import tsx` would translate all of DeviceScript's tools too, which takes half a minute.
await tsImport("./fence-bus.ts", import.meta.url)
