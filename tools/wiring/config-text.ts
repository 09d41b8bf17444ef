import { decodeAnyText, TextEncodingError } from "../settings/decode-text"
import { ConfigError } from "./config-error"

/**
 * Decodes a configuration file.
 * @param file its name, as the owner knows it
 * @throws ConfigError when it is not text
 */
export function configText(file: string, bytes: Uint8Array): string {
    try {
        return decodeAnyText(bytes)
    } catch (error) {
        if (!(error instanceof TextEncodingError)) throw error
        const { line, cure } = error
        throw new ConfigError(file, [{ path: "", problem: "This is not UTF-8", cure, line, column: 1 }])
    }
}
