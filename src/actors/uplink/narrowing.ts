import type { Cause } from "./failure"

/** Most readings in one request. */
export const BATCH = 40

/** What the server is known to support. Outlives the uplink actor. */
export interface Abilities {
    /** Whether it can decompress, as far as is known. */
    compression: boolean
}

/**
 * Finds out why a batch is refused: first it is sent uncompressed, then in halves. If a single row is refused, the server gets
 * a harmless one. If it accepts that and refuses the first row again, that row is bad; otherwise the server is at fault, and also
 * if it refuses the next row, too: inputs of meters have process lists, and that of the harmless row has none.
 */
export class Narrowing {
    /** Most readings in the next request. */
    limit = BATCH
    private state:
        | "whole"
        /** The batch was refused compressed, and is sent uncompressed. */
        | "plain"
        /** The batch was refused uncompressed, or was too large: it is sent in smaller parts. */
        | "halves"
        /** A single row was refused. The next request is a harmless one. */
        | "harmless"
        /** The server has accepted the harmless request. The refused row is sent again. */
        | "last try"
        /** A row was set aside. If the next one is refused, too, the rows are not to blame. */
        | "aside" = "whole"

    constructor(private readonly server: Abilities) {}

    /** Whether the next request is to be compressed. */
    isCompressed(): boolean {
        return this.state === "whole" && this.server.compression
    }

    /** Whether the next request is to contain no reading. */
    isHarmless(): boolean {
        return this.state === "harmless"
    }

    /**
     * Notes that a request was refused, perhaps because of one of its rows.
     * @param rows readings in it
     * @returns what to do: send the next request, set its only reading aside, or blame the server
     */
    refused(rows: number, cause: Cause): "send" | "set aside" | "give up" {
        if (this.isCompressed() && cause !== "too large") this.state = "plain"
        else if (rows === 0 || this.state === "aside") return "give up"
        else if (rows > 1) {
            this.state = "halves"
            this.limit = rows >> 1
        } else if (this.state === "last try") {
            this.state = "aside"
            return "set aside"
        } else {
            this.state = "harmless"
            this.limit = 1
        }
        return "send"
    }

    /** Notes that a request was accepted. */
    accepted() {
        const { state } = this
        if (state === "plain") this.server.compression = false
        if (state === "harmless") this.state = "last try"
        else {
            this.limit = Math.min(this.limit * 2, BATCH)
            this.state = state === "plain" || this.limit === BATCH ? "whole" : "halves"
        }
    }

    /** Starts over: some rows of the last request turned out to be stored, or it failed in another way. */
    restart() {
        this.state = "whole"
        this.limit = BATCH
    }
}
