import type { Answer } from "./answer"
import { lookUp } from "./table"

/** What to do with the rows that got an answer. */
export type Reaction =
    /** They are stored. */
    | "done"
    /** Keep them and try again, it may pass by itself. */
    | "retry"
    /** Keep them and try seldom: only the owner can change it. */
    | "wait for owner"
    /**
     * One of them may be the cause: send fewer at a time. A row that is refused alone is only bad when others are accepted
     * before or after it; else the server is at fault.
     */
    | "split"

const MAY_BE_A_ROW = "bad data, too large, crash, refused"
const MAY_PASS = "database down, redis down, server trouble"

export function reactionTo(answer: Answer): Reaction {
    if (answer === "accepted") return "done"
    if (MAY_BE_A_ROW.includes(answer)) return "split"
    return MAY_PASS.includes(answer) ? "retry" : "wait for owner"
}

/** For each answer; a text in one piece needs neither bytecode nor heap. */
const ADVICE = `
accepted: EmonCMS has stored the readings.
wrong key: EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY.
password page: The server asks for a user name and a password before EmonCMS is reached. Let /input pass without.
no write access: EmonCMS gave an empty answer: EMON_KEY is a key that may only read, or a proxy removes the Authorization header. Use the Read & Write key.
no key: EmonCMS gets no key: it is older than 9.8.10 and needs an update, or a proxy removes the Authorization header.
not stored: EmonCMS says ok, but does not store some values. It may be too old, or may create no new inputs. Missing:
node limit: The EmonCMS account has as many nodes as it may have. Delete one on the page Inputs, or set EMON_NODE to one that is there.
bad data: EmonCMS does not understand the readings. They are kept; its log on the server may say why.
too large: The web server takes no uploads of this size, however small. Raise its limit for the size of requests.
wrong path: There is a server, but no EmonCMS at this path. Check EMON_URL; on many servers it ends in /emoncms.
redirect: The server has moved. Open EMON_URL in a browser and copy the address that it shows then, perhaps with https.
web page: A web page came back instead of EmonCMS's answer: a log-in page of the network, another server, or EmonCMS in trouble. Check EMON_URL in a browser.
database down: EmonCMS cannot reach its database. Check MariaDB or MySQL on the server.
redis down: EmonCMS cannot reach Redis. Check redis-server on the server.
crash: EmonCMS failed while it handled the readings. Its log on the server says why.
server trouble: The web server cannot answer now. It is tried again by itself.
forbidden: The web server or a proxy does not let the device in. Check its access rules.
refused: EmonCMS refuses the readings. They are kept; its log on the server may say why.
unknown: The server answered something that EmonCMS never says. Check EMON_URL.
`

/** Says to the owner of the device what happened and what helps. Nothing of what the server sent is in it. */
export function adviceOn(answer: Answer): string {
    return lookUp(ADVICE, answer)
}
