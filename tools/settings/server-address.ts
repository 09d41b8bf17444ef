/** Removes surrounding blanks and trailing slashes from an address. They do not change its meaning. */
export function tidyAddress(text: string): string {
    return text.trim().replace(/\/+$/, "")
}

/**
 * Whether a server is another one than that in the owner's file. It must not get the key in that file.
 * @param asked address of the server that somebody asks for; `undefined` stands for the one in the files
 * @param stored address in the owner's file, if it has one
 */
export function isOtherServer(asked: string | undefined, stored: string | undefined): boolean {
    return asked !== undefined && stored !== undefined && tidyAddress(asked) !== tidyAddress(stored)
}
