/** What is to happen to an actor, once. */
export interface Fault {
    readonly actor: string
    readonly kind: "throw" | "hang"
}
