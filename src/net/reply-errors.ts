/** The server's reply cannot be used. */
export class ReplyError extends Error {}

/** The bytes are no HTTP reply. What they are is not quoted: a server could send back what was confided to it. */
export class MalformedReply extends ReplyError {
    constructor(readonly problem: string) {
        super("no valid HTTP reply: " + problem)
    }
}

/** Too many bytes before, between and after the parts of the body. */
export class ReplyHeadTooLarge extends ReplyError {
    constructor(limit: number) {
        super("more than " + limit + " bytes of HTTP headers")
    }
}

/** The body is longer than the caller has room for, and no notices of PHP make it so. */
export class ReplyBodyTooLarge extends ReplyError {
    /** @param start what came first, for a guess at what it is; never log it */
    constructor(
        readonly status: number,
        readonly start: string,
        readonly limit: number,
    ) {
        super("HTTP status " + status + " with a body of more than " + limit + " bytes")
    }
}
