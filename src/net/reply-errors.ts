/** The server's reply cannot be used. */
export class ReplyError extends Error {}

/** The bytes are not an HTTP reply. The message does not quote them, because a server could send back our secrets. */
export class MalformedReply extends ReplyError {
    constructor(readonly problem: string) {
        super("not a valid HTTP reply: " + problem)
    }
}
