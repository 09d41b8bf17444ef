import type { Bench } from "./bench"
import { exchanges } from "./exchanges"
import { fortnight } from "./fortnight"
import { limits } from "./limits"
import { livePage } from "./live-page"
import { longOutage } from "./long-outage"
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
    longOutage,
    limits,
    exchanges,
    fortnight,
    wirings,
]
