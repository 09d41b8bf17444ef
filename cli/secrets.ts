import type { OutputConfiguration } from "commander"

/** A text without what may be a secret in it: keys, passwords in addresses, and what was given to options for secrets. */
export function withoutSecrets(text: string): string {
    return text
        .replace(/(option '--(?:key|read-key|wifi-password)\b[^']*' argument )'[^']*'/g, "$1(not shown)")
        .replace(/\b[0-9a-f]{16,}\b/gi, "(not shown)")
        .replace(/\/\/[^/\s@']+@/g, "//(not shown)@")
}

/** For a command whose arguments may hold secrets, because commander repeats an argument that it refuses. */
export const discreet: OutputConfiguration = {
    outputError: (text, write) => write(withoutSecrets(text)),
}
