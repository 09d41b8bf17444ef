import type { Answer } from "./answer"

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

export function reactionTo(answer: Answer): Reaction {
    switch (answer) {
        case "accepted":
            return "done"
        case "bad data":
        case "too large":
        case "crash":
        case "refused":
            return "split"
        case "database down":
        case "redis down":
        case "server trouble":
            return "retry"
        default:
            return "wait for owner"
    }
}

/** Says to the owner of the device what happened and what helps. Nothing of what the server sent is in it. */
export function adviceOn(answer: Answer): string {
    switch (answer) {
        case "accepted":
            return "EmonCMS has stored the readings."
        case "wrong key":
            return "EmonCMS does not know the key. Copy the Read & Write key from Setup, My Account into EMON_KEY."
        case "password page":
            return "The server asks for a user name and a password before EmonCMS is reached. Let /input pass without."
        case "no write access":
            return "EmonCMS gave an empty answer: EMON_KEY is a key that may only read, or a proxy removes the Authorization header. Use the Read & Write key."
        case "node limit":
            return "The EmonCMS account has as many nodes as it may have. Delete one on the page Inputs, or set EMON_NODE to one that is there."
        case "bad data":
            return "EmonCMS does not understand the readings. They are kept; its log on the server may say why."
        case "too large":
            return "The web server takes no uploads of this size, however small. Raise its limit for the size of requests."
        case "wrong path":
            return "There is a server, but no EmonCMS at this path. Check EMON_URL; on many servers it ends in /emoncms."
        case "redirect":
            return "The server has moved. Open EMON_URL in a browser and copy the address that it shows then, perhaps with https."
        case "web page":
            return "A web page came back instead of EmonCMS's answer: a log-in page of the network, or another server. Check EMON_URL."
        case "database down":
            return "EmonCMS cannot reach its database. Check MariaDB or MySQL on the server."
        case "redis down":
            return "EmonCMS cannot reach Redis. Check redis-server on the server."
        case "crash":
            return "EmonCMS failed while it handled the readings. Its log on the server says why."
        case "server trouble":
            return "The web server cannot answer now. It is tried again by itself."
        case "forbidden":
            return "The web server or a proxy does not let the device in. Check its access rules."
        case "refused":
            return "EmonCMS refuses the readings. They are kept; its log on the server may say why."
        default:
            return "The server answered something that EmonCMS never says. Check EMON_URL."
    }
}
