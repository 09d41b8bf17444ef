import { tryParse } from "./json"

/** Where to ask what a key may do. */
export const SESSION_PATH = "/user/session.json"

/** What the server takes the key for. */
export type Access = "write" | "read" | "none"

/**
 * Reads the reply to {@link SESSION_PATH}: `{"userid":1,"type":"write"}`, or `false` when no key came with the request.
 * A wrong key has status 401 instead.
 * @returns `undefined` when the body is none of these, so that it is no EmonCMS, or one in trouble
 */
export function parseSession(body: string): Access {
    const reply = tryParse<{ type?: unknown } | false>(body)
    if (reply === false) return "none"
    const type = reply?.type
    return type === "write" || type === "read" ? type : undefined
}
