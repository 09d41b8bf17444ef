import { randomBytes } from "node:crypto"

/** What a request may do. Without a key that is nothing. */
export interface Session {
    readonly read: boolean
    readonly write: boolean
}

/** The one account of the installation. */
export class Account {
    readonly userId = 1

    /** Both keys are 32 hex digits; random where none is given. */
    constructor(
        public writeKey: string = randomKey(),
        readonly readKey: string = randomKey(),
    ) {}

    /** The rights of a key in any spelling, `undefined` for a key that is not ours. */
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
