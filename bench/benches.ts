import type { Bench } from "./bench"
import { livePage } from "./live-page"
import { memory } from "./memory"
import { messages } from "./messages"
import { parts } from "./parts"
import { recovery } from "./recovery"
import { size } from "./size"
import { store } from "./store"
import { uart } from "./uart"
import { uplink } from "./uplink"
import { wirings } from "./wirings"

/** All benches, in the order in which they run. */
export const benches: readonly Bench[] = [
    size,
    memory,
    messages,
    store,
    uart,
    uplink,
    recovery,
    livePage,
    parts,
    wirings,
]
