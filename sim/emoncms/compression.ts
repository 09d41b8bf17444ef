import { inflateSync } from "node:zlib"
import { textFromBytes } from "./php/text"

/** Text from a zlib stream (`gzuncompress`); `undefined` for anything else. */
export function unzlib(compressed: Buffer): string | undefined {
    try {
        return textFromBytes(inflateSync(compressed).toString("latin1"))
    } catch {
        return undefined // Not a zlib stream.
    }
}
