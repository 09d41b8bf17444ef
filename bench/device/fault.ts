/** What is to happen, once. */
export type Fault =
    | {
          readonly kind: "throw" | "hang"
          /** Whom it happens to. */
          readonly actor: string
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
