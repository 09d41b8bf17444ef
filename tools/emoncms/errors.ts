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
            "Check the address, and that the server is running; a browser on this computer must be able to open it",
        )
    }
}

/** The server redirects to another address. */
export class MovedError extends EmonCmsError {
    /** @param target scheme and host of the redirect, without the path */
    constructor(readonly target: string | undefined) {
        super(
            `The server redirects to another address${target ? `: ${target}` : ""}`,
            "Open the address in a browser and copy the one that it then shows, perhaps with https",
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
            "The key can only read, or a proxy removes it from the request",
            "Copy the Read & Write key from Setup, My Account",
        )
    }
}

/** An older EmonCMS received no key at all. */
export class NoKeyArrivedError extends EmonCmsError {
    constructor() {
        super(
            "EmonCMS received the request without the key",
            "A proxy removes the Authorization header, or EmonCMS is older than 9.8.8; let the header pass, or update EmonCMS",
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
                ? `EmonCMS failed while answering (status ${status})`
                : `EmonCMS cannot reach its ${what === "database" ? "database" : "Redis"}`,
            what === "EmonCMS"
                ? "Its log on the server says why"
                : `Check ${what === "database" ? "MariaDB or MySQL" : "redis-server"} on the server`,
        )
    }
}

/** EmonCMS refuses one step, or answers something else than what was asked. */
export class RefusedError extends EmonCmsError {
    /**
     * @param step the refused step
     * @param reason in EmonCMS's own words, or what came instead of an answer
     * @param cure what the owner can do about it, if it is known
     */
    constructor(
        readonly step: string,
        readonly reason: string,
        cure = "The earlier steps are done; fix this and run the command again",
    ) {
        super(`EmonCMS refuses to ${step}: ${reason}`, cure)
    }
}

/** The account already has as many nodes as allowed. */
export class NodeLimitError extends EmonCmsError {
    constructor(readonly node: string) {
        super(
            `The account has the maximum number of nodes, so "${node}" cannot be added`,
            "Delete one on the Inputs page, or use the name of an existing one",
        )
    }
}
