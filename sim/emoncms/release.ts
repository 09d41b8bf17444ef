/** The newest EmonCMS that was recorded, and what the stand-in is unless it is asked to be another. */
export const NEWEST_VERSION = "11.16.8"

/** The oldest EmonCMS that the stand-in can be: the one of the emonSD image of October 2017. */
export const OLDEST_VERSION = "9.8.10"

/** A version that the stand-in cannot be. */
export class UnknownReleaseError extends Error {
    override readonly name = "UnknownReleaseError"

    constructor(readonly version: string) {
        super(
            `The stand-in cannot be EmonCMS ${version}: write a version from ${OLDEST_VERSION} to ${NEWEST_VERSION}, ` +
                "with -php8.2 behind it for one from 10.2 to 11.2 on PHP 8.2, for example 11.0.9-php8.2.",
        )
    }
}

/**
 * What becomes of `count()` on something that cannot be counted: nothing is said (before PHP 7.2), a warning is
 * printed (before PHP 8), or the request ends.
 */
export type CountFault = "silent" | "warns" | "throws"

/** What `/input/process/set` takes. */
export type ProcessListForm =
    /** JSON alone, `[{"fn":"process__log_to_feed","args":[1]}]`. */
    | "json"
    /** Names or numbers, `process__log_to_feed:1` or `1:1`. */
    | "names"
    /** Numbers alone, `1:1`. */
    | "numbers"
    /** Anything at all, stored as it comes; a list in another form than `1:1` then does nothing. */
    | "unchecked"

/**
 * One version of EmonCMS on one PHP, as far as it answers differently from others. Where a version changes its answers
 * was measured on 16 releases (test/data/emoncms/old-vectors.json) and, between these, read in EmonCMS's history.
 *
 * The PHP is that of the version's time, which says nothing before an answer; `-php8.2` behind the version is the same
 * EmonCMS on PHP 8.2, whose notices stand before each answer.
 */
export class Release {
    private readonly parts: readonly number[]

    /** Whether it runs on PHP 8.2 and has not learnt yet to say nothing there. */
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

    /** As `/version` tells it. */
    get version(): string {
        return this.name.replace("-php8.2", "")
    }

    // What it knows

    /** `/user/session.json` tells what a key may do; before, it answers `false` to every key. */
    get tellsSession(): boolean {
        return this.since(11, 16, 5)
    }

    /** A request without a key is asked for a user name. */
    get asksForLogin(): boolean {
        return !this.since(11, 2)
    }

    /** `/input/bulk?cb=1` unpacks its body. */
    get unpacksBody(): boolean {
        return this.since(11, 0, 2)
    }

    /** `/input/bulk?c=1` unpacks the hexadecimal digits of `data`. */
    get unpacksHex(): boolean {
        return this.since(9, 9, 6)
    }

    /** All values of an object in a row are stored; before, the first one alone, without a word. */
    get storesWholeObjects(): boolean {
        return this.since(11, 0, 2)
    }

    /** `fulljson` changes the answer of `/input/bulk`. */
    get bulkKnowsFullJson(): boolean {
        return this.since(9, 9)
    }

    /** A read key may use `/input/get` and `/input/list`. */
    get readKeyReadsInputs(): boolean {
        return this.since(9, 9, 6)
    }

    /** Data that is no list is refused before it is counted. */
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

    /** That process has a number in stored process lists; before, it stands there by its name. */
    get numbersJoin(): boolean {
        return this.since(11, 8, 1)
    }

    /** The App module of its time (from September 2024 on) gives its apps ids; before, they are known by name. */
    get appsHaveIds(): boolean {
        return this.since(11, 6, 5)
    }

    /** The App module of its time (from November 2022 on) tells with a configuration which app it is of. */
    get appTellsKind(): boolean {
        return this.since(11, 3)
    }

    /** PHP 8.1 and newer print a notice where a function for text is given nothing. */
    get noticesNothing(): boolean {
        return this.since(11, 2) || this.printsNotices
    }

    /** `/feed/data` leaves out what it has no value for, unless told otherwise. */
    get skipsMissing(): boolean {
        return !this.since(11)
    }

    /** `/version` exists, and what it answers. */
    get versionAnswer(): { readonly contentType: string; readonly body: string } | undefined {
        if (!this.since(9, 9)) return undefined
        return {
            contentType: this.since(9, 9, 6) ? "text/plain; charset=utf-8" : "text",
            body: this.since(10, 7) ? this.version : `${this.version}\n`,
        }
    }

    // How it says it

    /** Content type of the answers to post and bulk. */
    get textType(): string {
        return this.since(9, 9) ? "text/plain;charset=UTF-8" : "text"
    }

    /** "different", or as it was spelled before. */
    get spellingOfDifferent(): string {
        return this.since(9, 9) ? "different" : "diferent"
    }

    /** Whether what is not found is told as an object, or as one string that names it. */
    get notFoundIsObject(): boolean {
        return this.since(10)
    }

    /** The rewriting rules that come with it take one `emoncms/` too many off a path. */
    get stripsPrefix(): boolean {
        return this.since(10, 1, 9)
    }

    /** Where its settings stand, as its own message says. */
    get settingsFile(): string {
        return this.since(10, 2) ? "settings.ini" : "settings.php"
    }

    // What its PHP does

    get countFault(): CountFault {
        if (this.printsNotices || this.since(11, 2)) return "throws"
        return this.since(10) ? "warns" : "silent"
    }

    /** PHP 8.1 and newer throw when the database refuses; before, EmonCMS says it in a sentence of its own. */
    get databaseThrows(): boolean {
        return this.printsNotices || this.since(11, 3)
    }

    /** The one release that forgot a variable in `/input/post`. */
    get forgetsVariable(): boolean {
        return this.since(10, 2, 6) && !this.since(10, 2, 8)
    }

    /** Prints a notice on every request: a constant of PHP that is to be no more. */
    get noticesConstant(): boolean {
        return this.printsNotices && !this.since(10, 7)
    }

    /** Prints notices for parameters that are missing, and when it writes its log. */
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

/** Whether the stand-in can be this EmonCMS. */
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
