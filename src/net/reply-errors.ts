/** The server's reply cannot be used. */
export class ReplyError extends Error {}

/** The bytes are no HTTP reply. What they are is not quoted: a server could send back what was confided to it. */
export class MalformedReply extends ReplyError {
    constructor(readonly problem: string) {
        super("no valid HTTP reply: " + problem)
    }
}
