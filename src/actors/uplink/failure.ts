import type { Answer } from "../../emoncms/answer"
import { lookUp } from "../../kernel/table"
import { upTo } from "../../net/parsing"
import type { SocketFailure } from "../../net/socket-errors"
import { SENTENCES } from "./sentences"

/** Why readings are not delivered. */
export type Cause =
    | Exclude<Answer, "accepted">
    | SocketFailure
    /** What came back is no HTTP. */
    | "bad reply"
    /** A setting is missing, or cannot be used: that of the key, or another. */
    | "key setting"
    | "setting"
    /** The device's store, or a part of the program, does not do as it should. */
    | "device"
    /** The server's clock is before 2026, which would ruin feeds: PHPFINA can never go back before its first point. */
    | "clock unset"
    /** The server's clock has jumped; see `WallClock`. */
    | "clock jumped"
    /** EmonCMS has accepted values that are not there. */
    | "not stored"

/** What went wrong, as data; for people {@link sentenceOf} makes a text of it. */
export interface Failure {
    readonly cause: Cause
    /** What the sentence leaves open: an address, a setting, names of inputs. Never a key. */
    readonly detail: string
}

/** Readings cannot be delivered, and it is known why. */
export class UploadFailed extends Error implements Failure {
    /**
     * @param detail see {@link Failure}
     * @param retryAfterMs what the server asks to wait; 0, less, or NaN for nothing
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
    /** Keep the readings and try again, it may pass by itself. */
    | "retry"
    /** Keep them and try seldom: only the owner can change it. */
    | "wait for owner"
    /**
     * One of the rows may be the cause: send fewer at a time. A row that is refused alone is only bad when others are
     * accepted before or after it; else the server is at fault.
     */
    | "split"

const MAY_BE_A_ROW = "bad data, too large, crash, refused"
const FOR_THE_OWNER = `
wrong key, password page, no write access, no key, node limit, wrong path, blocked, moved, login page, web page, tls port,
unknown, key setting, setting
`

export function reactionTo(cause: Cause): Reaction {
    if (MAY_BE_A_ROW.includes(cause)) return "split"
    return FOR_THE_OWNER.includes(cause) ? "wait for owner" : "retry"
}

/** Says to the owner of the device what happened and what helps. Nothing of what the server sent is in it but an address. */
export function sentenceOf({ cause, detail }: Failure): string {
    const sentence = lookUp(SENTENCES, cause) as string
    const before = upTo(sentence, "%")
    return before === sentence ? sentence : before + detail + sentence.slice(before.length + 1)
}
