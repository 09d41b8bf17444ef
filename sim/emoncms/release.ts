/** The newest EmonCMS that was recorded, and the default version of the stand-in. */
export const NEWEST_VERSION = "11.16.8"

/** The oldest EmonCMS that the stand-in supports: the one on the emonSD image of October 2017. */
export const OLDEST_VERSION = "9.8.10"

/** A version that the stand-in does not support. */
export class UnknownReleaseError extends Error {
    override readonly name = "UnknownReleaseError"

    constructor(readonly version: string) {
        super(
            `The stand-in cannot imitate EmonCMS ${version}: choose a version from ${OLDEST_VERSION} to ${NEWEST_VERSION}, ` +
                "and add -php8.2 to one from 10.2 to 11.2 for PHP 8.2, for example 11.0.9-php8.2.",
        )
    }
}

/**
 * What `count()` does with something that cannot be counted: nothing (before PHP 7.2), print a warning (before PHP 8), or
 * end the request.
 */
export type CountFault = "silent" | "warns" | "throws"

/** The form of process list that `/input/process/set` accepts. */
export type ProcessListForm =
    /** Only JSON, `[{"fn":"process__log_to_feed","args":[1]}]`. */
    | "json"
    /** Names or numbers, `process__log_to_feed:1` or `1:1`. */
    | "names"
    /** Only numbers, `1:1`. */
    | "numbers"
    /** Anything, stored as it comes. A list in any form other than `1:1` then does nothing. */
    | "unchecked"

/**
 * One version of EmonCMS on one version of PHP, as far as it answers differently from others. Where versions change their
 * answers was measured on 16 releases (test/data/emoncms/old-vectors.json), and between these it was read from EmonCMS's
 * history.
 *
 * The PHP is that of the version's time, which prints nothing before an answer. `-php8.2` after the version means the same
 * EmonCMS on PHP 8.2, whose notices precede its answers.
 */
export class Release {
    private readonly parts: readonly number[]

    /** Whether it runs on PHP 8.2 and does not suppress the notices there yet. */
    private readonly printsNotices: boolean

    /**
     * @param name for example `11.16.8`, `9.8.10`, `11.0.9-php8.2`
     * @throws UnknownReleaseError
     */
    constructor(readonly name: string) {
        const match = /^(\d+)\.(\d+)(?:\.(\d+))?(-php8\.2)?$/.exec(name)
        if (!match) throw new UnknownReleaseError(name)
        this.parts = match.slice(1, 4).map(part => Number(part ?? 0))
        const oldEnough = !newer(this.parts, NEWEST_VERSION.split(".").map(Number))
        if (!oldEnough || !this.since(9, 8, 10)) throw new UnknownReleaseError(name)
        this.printsNotices = match[4] !== undefined
        if (this.printsNotices && (!this.since(10, 2) || this.since(11, 3, 20))) {
            throw new UnknownReleaseError(name)
        }
    }

    /** As reported by `/version`. */
    get version(): string {
        return this.name.replace("-php8.2", "")
    }

    // Features

    /** `/user/session.json` reports the rights of a key. Earlier versions answer `false` to any key. */
    get tellsSession(): boolean {
        return this.since(11, 16, 5)
    }

    /** Asks for a user name if a request has no key. */
    get asksForLogin(): boolean {
        return !this.since(11, 2)
    }

    /** `/input/bulk?cb=1` decompresses its body. */
    get unpacksBody(): boolean {
        return this.since(11, 0, 2)
    }

    /** `/input/bulk?c=1` decompresses the hexadecimal digits of `data`. */
    get unpacksHex(): boolean {
        return this.since(9, 9, 6)
    }

    /** All values of an object in a row are stored. Earlier versions silently store only the first. */
    get storesWholeObjects(): boolean {
        return this.since(11, 0, 2)
    }

    /** `fulljson` changes the answer of `/input/bulk`. */
    get bulkKnowsFullJson(): boolean {
        return this.since(9, 9)
    }

    /** A read key can use `/input/get` and `/input/list`. */
    get readKeyReadsInputs(): boolean {
        return this.since(9, 9, 6)
    }

    /** Data that is empty for PHP, such as `null`, `0` or `[]`, is refused before it is counted. */
    get checksBulkData(): boolean {
        return this.since(11, 9, 4)
    }

    get processLists(): ProcessListForm {
        if (this.since(11, 8, 1)) return "json"
        if (this.since(9, 9)) return "names"
        return this.since(9, 8, 24) ? "numbers" : "unchecked"
    }

    /** There is a process that fills gaps with a straight line. */
    get knowsJoin(): boolean {
        return this.since(10, 1, 11)
    }

    /** That process has a number in stored process lists. Earlier versions store it by its name. */
    get numbersJoin(): boolean {
        return this.since(11, 8, 1)
    }

    /** The App module of its time (since September 2024) gives its apps ids. Earlier ones identify them by name. */
    get appsHaveIds(): boolean {
        return this.since(11, 6, 5)
    }

    /** The App module of its time (since November 2022) reports the kind of an app with its configuration. */
    get appTellsKind(): boolean {
        return this.since(11, 3)
    }

    /** PHP 8.1 and newer print a notice when a text function gets null. */
    get noticesNothing(): boolean {
        return this.since(11, 2) || this.printsNotices
    }

    /** `/feed/data` leaves out missing values unless told otherwise. */
    get skipsMissing(): boolean {
        return !this.since(11)
    }

    /** The answer of `/version`; `undefined` where it does not exist. */
    get versionAnswer(): { readonly contentType: string; readonly body: string } | undefined {
        if (!this.since(9, 9)) return undefined
        return {
            contentType: this.since(9, 9, 6) ? "text/plain; charset=utf-8" : "text",
            body: this.since(10, 7) ? this.version : `${this.version}\n`,
        }
    }

    // Form of the answers

    /** Content type of the answers to post and bulk. */
    get textType(): string {
        return this.since(9, 9) ? "text/plain;charset=UTF-8" : "text"
    }

    /** "different", or its earlier misspelling. */
    get spellingOfDifferent(): string {
        return this.since(9, 9) ? "different" : "diferent"
    }

    /** Whether "not found" is reported as an object, or as a string that names the route. */
    get notFoundIsObject(): boolean {
        return this.since(10)
    }

    /** Its rewrite rules strip one `emoncms/` too many from a path. */
    get stripsPrefix(): boolean {
        return this.since(10, 1, 9)
    }

    /** Its settings file, as named in its own message. */
    get settingsFile(): string {
        return this.since(10, 2) ? "settings.ini" : "settings.php"
    }

    // Behavior of its PHP

    get countFault(): CountFault {
        if (this.printsNotices || this.since(11, 2)) return "throws"
        return this.since(10) ? "warns" : "silent"
    }

    /** PHP 8.1 and newer throw when the database refuses the connection. With older ones, EmonCMS prints its own message. */
    get databaseThrows(): boolean {
        return this.printsNotices || this.since(11, 3)
    }

    /** The one release that forgot a variable in `/input/post`. */
    get forgetsVariable(): boolean {
        return this.since(10, 2, 6) && !this.since(10, 2, 8)
    }

    /** Prints a notice on every request, about a deprecated PHP constant. */
    get noticesConstant(): boolean {
        return this.printsNotices && !this.since(10, 7)
    }

    /** Prints notices about missing parameters, and when it writes its log. */
    get noticesParameters(): boolean {
        return this.printsNotices && !this.since(11, 2)
    }

    /** Prints notices in the input module. */
    get noticesInputs(): boolean {
        return this.printsNotices
    }

    private since(...version: readonly number[]): boolean {
        return !newer(version, this.parts)
    }
}

/** Whether the stand-in supports this version of EmonCMS. */
export function isRelease(name: string): boolean {
    try {
        return new Release(name) !== undefined
    } catch (error) {
        if (error instanceof UnknownReleaseError) return false
        throw error
    }
}

/** Whether one version is newer than another; missing parts are 0. */
function newer(one: readonly number[], other: readonly number[]): boolean {
    for (let i = 0; i < 3; i++) {
        const difference = (one[i] ?? 0) - (other[i] ?? 0)
        if (difference !== 0) return difference > 0
    }
    return false
}
