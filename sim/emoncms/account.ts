import { randomBytes } from "node:crypto"

/** The rights of a request. Without a key it has none. */
export interface Session {
    readonly read: boolean
    readonly write: boolean
}

/** The installation's only account. */
export class Account {
    readonly userId = 1

    /** Both keys are 32 hex digits; random when left out. */
    constructor(
        public writeKey: string = randomKey(),
        readonly readKey: string = randomKey(),
    ) {}

    /** The rights of a key, in upper or lower case; `undefined` for an unknown key. */
    session(key: string): Session | undefined {
        const spelled = key.toLowerCase()
        if (spelled === this.writeKey.toLowerCase()) return { read: true, write: true }
        if (spelled === this.readKey.toLowerCase()) return { read: true, write: false }
        return undefined
    }
}

function randomKey(): string {
    return randomBytes(16).toString("hex")
}
