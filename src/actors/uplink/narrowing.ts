import type { Cause } from "./failure"

/** Most readings in one request. */
export const BATCH = 40

/** What a server is known to take; it outlives the uplink. */
export interface Abilities {
    /** Whether it can decompress, as far as is known. */
    compression: boolean
}

/**
 * Finds out why a batch is refused: first it goes uncompressed, then in halves. When a row is refused alone, the server is
 * given a harmless one. If it takes that and refuses the first again, the first is bad; else the server is at fault.
 */
export class Narrowing {
    /** Most readings in the next request. */
    limit = BATCH
    private state:
        | "whole"
        /** Refused when it was compressed. */
        | "plain"
        /** Refused when it was not. */
        | "halves"
        /** A row was refused alone. The next request is to be a harmless one. */
        | "harmless"
        /** The server has taken the harmless one. */
        | "last try" = "whole"

    constructor(private readonly server: Abilities) {}

    /** Whether the next request is to be compressed. */
    isCompressed(): boolean {
        return this.state === "whole" && this.server.compression
    }

    /** Whether the next request is to hold no reading. */
    isHarmless(): boolean {
        return this.state === "harmless"
    }

    /**
     * A request was refused for what may be one of its rows.
     * @param rows readings in it
     * @returns what to do: send the next request, set its only reading aside, or blame the server
     */
    refused(rows: number, cause: Cause): "send" | "set aside" | "give up" {
        if (this.isCompressed() && cause !== "too large") this.state = "plain"
        else if (rows === 0) return "give up"
        else if (rows > 1) {
            this.state = "halves"
            this.limit = rows >> 1
        } else if (this.state === "last try") {
            this.state = "halves"
            return "set aside"
        } else {
            this.state = "harmless"
            this.limit = 1
        }
        return "send"
    }

    /** A request was accepted. */
    accepted() {
        const { state } = this
        if (state === "plain") this.server.compression = false
        if (state === "harmless") this.state = "last try"
        else {
            this.limit = Math.min(this.limit * 2, BATCH)
            this.state = state === "plain" || this.limit === BATCH ? "whole" : "halves"
        }
    }

    /** Some rows of the last request turned out to be stored, or it failed otherwise. */
    restart() {
        this.state = "whole"
        this.limit = BATCH
    }
}
