/** EmonCMS could not be set up. The message says what is wrong and what helps. It never contains a key. */
export abstract class EmonCmsError extends Error {
    /**
     * @param problem what is wrong
     * @param cure what the owner can do about it
     */
    constructor(
        readonly problem: string,
        readonly cure: string,
    ) {
        super(`${problem}. ${cure}`)
        this.name = new.target.name
    }
}

/** Nothing answers at the address, or not in time. */
export class ServerUnreachableError extends EmonCmsError {
    /** @param reason the system's error code, for example `ECONNREFUSED` */
    constructor(
        readonly host: string,
        readonly reason: string,
    ) {
        super(
            `${host} cannot be reached (${reason})`,
            "Check the address and that the server is on; a browser on this computer must be able to open it",
        )
    }
}

/** The server redirects to another address. */
export class MovedError extends EmonCmsError {
    /** @param target scheme and host of the redirect, without the path */
    constructor(readonly target: string | undefined) {
        super(
            `The server sends us elsewhere${target ? `, to ${target}` : ""}`,
            "Open the address in a browser and copy the one that it shows then, perhaps with https",
        )
    }
}

/** The server is not EmonCMS, or EmonCMS is at another path. */
export class NotEmonCmsError extends EmonCmsError {
    constructor(readonly status: number) {
        super(
            `There is a web server, but no EmonCMS at this path (status ${status})`,
            "Check the address; on many servers it ends in /emoncms",
        )
    }
}

export class WrongKeyError extends EmonCmsError {
    constructor() {
        super("EmonCMS does not know the key", "Copy the Read & Write key from Setup, My Account")
    }
}

export class ReadOnlyKeyError extends EmonCmsError {
    constructor() {
        super(
            "The key may only read, or a proxy takes it out of the request",
            "Copy the Read & Write key from Setup, My Account",
        )
    }
}

/** An older EmonCMS received no key at all. */
export class NoKeyArrivedError extends EmonCmsError {
    constructor() {
        super(
            "EmonCMS got the request without its key",
            "A proxy takes the Authorization header away, or EmonCMS is older than 9.8.8; let the header pass, or update",
        )
    }
}

/** This EmonCMS is too old for the program's uploads. */
export class TooOldError extends EmonCmsError {
    constructor() {
        super(
            "This EmonCMS is older than 9.8.10 (August 2017)",
            "Update it: readings sent to it would be lost",
        )
    }
}

/** EmonCMS itself is in trouble. */
export class ServerTroubleError extends EmonCmsError {
    constructor(
        readonly what: "database" | "Redis" | "EmonCMS",
        readonly status: number,
    ) {
        super(
            what === "EmonCMS"
                ? `EmonCMS failed while it answered (status ${status})`
                : `EmonCMS cannot reach its ${what === "database" ? "database" : "Redis"}`,
            what === "EmonCMS"
                ? "Its log on the server says why"
                : `Check ${what === "database" ? "MariaDB or MySQL" : "redis-server"} on the server`,
        )
    }
}

/** EmonCMS refuses one step. */
export class RefusedError extends EmonCmsError {
    /**
     * @param step the refused step
     * @param reason in EmonCMS's own words
     */
    constructor(
        readonly step: string,
        readonly reason: string,
    ) {
        super(
            `EmonCMS refuses to ${step}: ${reason}`,
            "What was set up before stays; mend it and run this again",
        )
    }
}

/** The account already has as many nodes as allowed. */
export class NodeLimitError extends EmonCmsError {
    constructor(readonly node: string) {
        super(
            `The account has as many nodes as it may have, so "${node}" cannot be added`,
            "Delete one on the page Inputs, or use the name of one that is there",
        )
    }
}
