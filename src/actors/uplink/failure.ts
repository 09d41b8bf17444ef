import type { Answer } from "../../emoncms/answer"
import { lookUp } from "../../kernel/table"
import { upTo } from "../../net/parsing"
import type { SocketFailure } from "../../net/socket-errors"
import { SENTENCES } from "./sentences"

/** Why readings are not delivered. No cause may contain another: lists of causes are searched as texts. */
export type Cause =
    | Exclude<Answer, "accepted">
    | SocketFailure
    /** The reply is not valid HTTP. */
    | "bad reply"
    /** A setting is missing or cannot be used: the key, or another one. */
    | "unusable key"
    | "setting"
    /** The device's store fails, or something on the device takes too long. */
    | "device"
    /** The server's clock is before 2026, which would ruin feeds: PHPFINA can never go back before its first point. */
    | "clock unset"
    /** The server's clock has jumped; see `WallClock`. */
    | "clock jumped"
    /** EmonCMS has accepted values without storing them. */
    | "not stored"

/** What went wrong, as data; {@link sentenceOf} turns it into a text for people. */
export interface Failure {
    readonly cause: Cause
    /** Fills the `%` in the sentence: an address, a setting, names of inputs. Never a key. */
    readonly detail: string
}

/** Readings cannot be delivered, for a known cause. */
export class UploadFailed extends Error implements Failure {
    /**
     * @param detail see {@link Failure}
     * @param retryAfterMs how long the server asks to wait; 0, less, or NaN if it does not
     */
    constructor(
        readonly cause: Cause,
        readonly detail = "",
        readonly retryAfterMs = 0,
    ) {
        super(cause)
    }
}

/** What to do about a failure. */
export type Reaction =
    /** Keep the readings and try again: it may pass by itself. */
    | "retry"
    /** Keep them and try rarely: only the owner can fix it. */
    | "wait for owner"
    /**
     * One of the rows may be the cause: send fewer at a time. A row that is refused alone is bad only if the server accepts
     * a harmless one; otherwise the server is at fault.
     */
    | "split"

const MAY_BE_A_ROW = "bad data, too large, crash, refused"
const FOR_THE_OWNER = `
wrong key, password page, no write access, no key, node limit, wrong path, blocked, moved, login page, web page, tls port,
unknown, unusable key, setting
`

export function reactionTo(cause: Cause): Reaction {
    if (MAY_BE_A_ROW.includes(cause)) return "split"
    return FOR_THE_OWNER.includes(cause) ? "wait for owner" : "retry"
}

/** Tells the owner what happened and what helps. Of what the server sent, it contains an address at most. */
export function sentenceOf({ cause, detail }: Failure): string {
    const sentence = lookUp(SENTENCES, cause) as string
    const before = upTo(sentence, "%")
    return before === sentence ? sentence : before + detail + sentence.slice(before.length + 1)
}
