/** Names as the program has them. */
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

/** Where the program takes a {@link Fault} as JSON: the number of a service on its second device, which has fewer. */
export const FAULT_SERVICE = 40

/** What is to happen, once. */
export type Fault =
    | {
          readonly kind: "throw" | "hang"
          /** Whom it happens to. */
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
