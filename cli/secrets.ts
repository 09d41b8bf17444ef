import type { OutputConfiguration } from "commander"

/** Removes possible secrets from a text: keys, passwords in addresses, and the values of options for secrets. */
export function withoutSecrets(text: string): string {
    return text
        .replace(
            /(option '--(?:key|read-key|wifi-password)\b[^']*' argument )'.*'(?= is invalid)/gs,
            "$1(not shown)",
        )
        .replace(/(option '--emoncms\b[^']*' argument )'.*@.*'(?= is invalid)/gs, "$1(not shown)")
        .replace(/\b[0-9a-f]{16,}\b/gi, "(not shown)")
        .replace(/\/\/[^/\s@']+@/g, "//(not shown)@")
}

/** For commands whose arguments may contain secrets: commander repeats an argument that it refuses. */
export const discreet: OutputConfiguration = {
    outputError: (text, write) => write(withoutSecrets(text)),
}
