/** An address that cannot be that of an EmonCMS. The address itself is not repeated: a key may be in it. */
export class AddressError extends Error {
    override readonly name = "AddressError"
}

/** What people copy from the browser or from EmonCMS's page on its API, behind the address of EmonCMS itself. */
const PAGES = /\/(input|feed|user|app|graph|device|admin|vis|dashboard|schedule|setup)(\/.*)?$/i

/**
 * Reads the address of an EmonCMS as its owner writes it.
 *
 * @returns it without a slash at its end
 * @throws AddressError with what to leave out
 */
export function readAddress(text: string): string {
    const trimmed = text.trim()
    if (!/^https?:\/\//i.test(trimmed)) {
        throw new AddressError(
            "Begin the address with http:// or https://, for example http://192.168.1.10/emoncms.",
        )
    }
    if (!URL.canParse(trimmed)) {
        throw new AddressError("This is no address; write it like http://192.168.1.10/emoncms.")
    }
    const { username, password, search, hash, pathname, protocol, host } = new URL(trimmed)
    if (username || password) throw new AddressError("Leave the user name and the password before @ out.")
    if (search || hash)
        throw new AddressError("Leave out what begins with ? or #; the key is asked for separately.")
    const page = PAGES.exec(pathname)
    if (page)
        throw new AddressError(`Leave ${page[0].split("/", 2).join("/")}... at the end of the address out.`)
    return `${protocol}//${host}${pathname.replace(/\/+$/, "")}`
}
