import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Account } from "./account"
import { unzlib } from "./compression"
import type { Parameters } from "./php/form"
import { toInt } from "./php/number"
import { textFromBytes } from "./php/text"

/** Reason for refusing an encrypted post; the message is the reply. */
export class EncryptedPostError extends Error {
    override readonly name = "EncryptedPostError"
}

/** Content of an encrypted post, and the proof that the server could read it. */
export interface DecryptedPost {
    readonly parameters: Parameters
    /** SHA-256 of the plaintext in URL-safe base64, the reply to a valid post. */
    readonly digest: string
}

const IV_LENGTH = 16

/** Whether a content type announces an encrypted post. It must match exactly. */
export function isEncrypted(contentType: string | undefined): boolean {
    return contentType === "aes128cbc" || contentType === "aes128cbcgz"
}

/**
 * Decrypts a post that is encrypted with the write key instead of TLS: base64 of IV and AES-128-CBC ciphertext, with
 * `Authorization: USERID:HMAC`. The plaintext is a query string without escapes.
 *
 * @throws EncryptedPostError
 */
export function decryptPost(
    contentType: string | undefined,
    authorization: string | undefined,
    body: Buffer,
    account: Account,
): DecryptedPost {
    if (authorization === undefined) throw new EncryptedPostError("missing authorization header")
    const [userId = "", hmac, ...rest] = authorization.split(":")
    if (hmac === undefined || rest.length > 0) {
        throw new EncryptedPostError("authorization header format should be userid:hmac")
    }
    if (toInt(userId) !== account.userId) throw new EncryptedPostError("User not found")
    if (body.length === 0) throw new EncryptedPostError("no content in post body")
    const key = Buffer.from(account.writeKey, "hex")
    const plaintext = decrypt(Buffer.from(body.toString("latin1"), "base64"), key)
    if (!plaintext || !isAuthentic(plaintext, key, hmac)) throw new EncryptedPostError("invalid data")
    const text =
        contentType === "aes128cbcgz" ? unzlib(plaintext) : textFromBytes(plaintext.toString("latin1"))
    const digest = createHash("sha256").update(plaintext).digest("base64")
    return {
        parameters: readPlain(text ?? ""),
        digest: digest.replaceAll("+", "-").replaceAll("/", "_"),
    }
}

function decrypt(encrypted: Buffer, key: Buffer): Buffer | undefined {
    try {
        const decipher = createDecipheriv("aes-128-cbc", key, encrypted.subarray(0, IV_LENGTH))
        return Buffer.concat([decipher.update(encrypted.subarray(IV_LENGTH)), decipher.final()])
    } catch {
        return undefined // Wrong length or padding: not encrypted with this key.
    }
}

function isAuthentic(plaintext: Buffer, key: Buffer, hmac: string): boolean {
    const expected = Buffer.from(createHmac("sha256", key).update(plaintext).digest("hex"))
    const given = Buffer.from(hmac)
    return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Reads pairs without any decoding. A value with `=` in it is dropped with its name. */
function readPlain(text: string): Parameters {
    const pairs = text.split("&").map(pair => pair.split("="))
    return new Map(pairs.filter((pair): pair is [string, string] => pair.length === 2))
}
