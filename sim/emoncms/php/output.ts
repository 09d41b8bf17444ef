/** EmonCMS's installation folder, which appears in PHP's messages. Only its length (20) is known from the recordings. */
const INSTALLATION = "/var/lib/www/emoncms"

/** A place in EmonCMS's source, as PHP's messages name it. */
export interface SourceLine {
    /** Path inside the installation. */
    readonly file: string
    readonly line: number
}

/** One line of a PHP stack trace: where a call was made. */
export interface Frame extends SourceLine {
    readonly call: string
}

/** A fatal PHP error: it ends the request, but what was stored before it stays. */
export class PhpFatalError extends Error {
    override readonly name = "PhpFatalError"

    constructor(
        /** Class of the PHP exception. */
        readonly type: string,
        message: string,
        readonly at: SourceLine,
        /** Innermost call first. */
        readonly trace: readonly Frame[],
    ) {
        super(message)
    }

    /** What PHP prints with `display_errors` and `html_errors` on. */
    get html(): string {
        const frames = this.trace.map(
            ({ file, line, call }, depth) => `#${depth} ${INSTALLATION}/${file}(${line}): ${call}()\n`,
        )
        const where = `${INSTALLATION}/${this.at.file}`
        return (
            `<br />\n<b>Fatal error</b>:  Uncaught ${this.type}: ${this.message} in ${where}:${this.at.line}\n` +
            `Stack trace:\n${frames.join("").replaceAll("->", "-&gt;")}#${frames.length} {main}\n` +
            `  thrown in <b>${where}</b> on line <b>${this.at.line}</b><br />\n`
        )
    }
}

/** The notices that PHP prints before and after a reply. */
export class Notices {
    private readonly before: string[] = []
    private readonly after: string[] = []

    /** Prints a message of the given level, for example `Warning`. */
    print(level: NoticeLevel, message: string, at: SourceLine): void {
        this.before.push(notice(level, message, at))
    }

    /** Older releases of EmonCMS on PHP 8.1 and newer print this whenever they write a line of their log. */
    logTime(): void {
        this.before.push(LOG_TIME)
    }

    /** The same notice, for the places where it comes after the reply. */
    logTimeAfter(): void {
        this.after.push(LOG_TIME)
    }

    /** PHP 8.1's notice when a text function gets null. */
    missingText(functionName: string, file: string, line: number): void {
        const message = `${functionName}(): Passing null to parameter #1 ($string) of type string is deprecated`
        this.print("Deprecated", message, { file, line })
    }

    /** The same notice for `json_decode`, which is one of these functions. */
    missingJson(file: string, line: number): void {
        const message = "json_decode(): Passing null to parameter #1 ($json) of type string is deprecated"
        this.print("Deprecated", message, { file, line })
    }

    get html(): string {
        return this.before.join("")
    }

    /** The notices after the reply. */
    get htmlAfter(): string {
        return this.after.join("")
    }
}

const LOG_TIME = notice(
    "Deprecated",
    "Implicit conversion from float 1795889260.1234 to int loses precision",
    { file: "Lib/EmonLogger.php", line: 97 },
)

type NoticeLevel = "Warning" | "Deprecated"

function notice(level: NoticeLevel, message: string, { file, line }: SourceLine): string {
    return `<br />\n<b>${level}</b>:  ${message} in <b>${INSTALLATION}/${file}</b> on line <b>${line}</b><br />\n`
}
