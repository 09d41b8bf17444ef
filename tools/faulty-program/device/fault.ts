/** Names of the actors, as in the program. */
export const ACTORS = [
    "poller",
    "recorder",
    "reporter",
    "logbook",
    "watchdog",
    "light",
    "timekeeper",
    "uplink",
] as const

export type ActorName = (typeof ACTORS)[number]

/** Service number under which the program's second device accepts a {@link Fault} as JSON. That device has fewer services. */
export const FAULT_SERVICE = 40

/** A fault that is to happen once. */
export type Fault =
    | {
          readonly kind: "throw" | "hang"
          /** The actor that it happens to. */
          readonly actor: ActorName
      }
    | {
          readonly kind:
              | "mailbox overrun"
              | "publish storm"
              | "out of memory"
              | "settings full"
              | "settings gone"
              | "clock jumping"
      }
