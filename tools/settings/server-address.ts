/** Removes surrounding blanks and trailing slashes from an address. They do not change its meaning. */
export function tidyAddress(text: string): string {
    return text.trim().replace(/\/+$/, "")
}

/**
 * Whether a server is another one than that in the settings. It must not get the stored key.
 * @param asked address of the server that somebody asks for; `undefined` stands for the one in the settings
 * @param stored `EMON_URL` as a device would get it: from `.env.local`, else from `.env.defaults`
 */
export function isOtherServer(asked: string | undefined, stored: string | undefined): boolean {
    return asked !== undefined && tidyAddress(asked) !== tidyAddress(stored ?? "")
}
