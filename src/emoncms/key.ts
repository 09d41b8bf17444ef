import { firstOther } from "../net/parsing"

/** A malformed write key. The message does not quote it. */
export class KeyError extends Error {
    /** @param problem what is wrong, in words */
    constructor(readonly problem: string) {
        super(
            "the EmonCMS key " + problem + "; copy the Read & Write key from the My Account page of EmonCMS",
        )
    }
}

const LENGTH = 32
const HEX = "0123456789abcdefABCDEF"

/**
 * Returns the header that carries the key. The key goes nowhere else, because URLs end up in the logs of servers and proxies.
 * @param key 32 hex digits
 * @throws KeyError
 */
export function authorization(key: string): string {
    const { length } = key
    if (length === 0) throw new KeyError("is empty")
    if (length !== LENGTH) throw new KeyError("has " + length + " characters instead of " + LENGTH)
    if (firstOther(key, HEX)) throw new KeyError("has a character that is neither a digit nor a to f")
    return "Authorization: Bearer " + key
}
