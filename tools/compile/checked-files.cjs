const { createHash } = require("node:crypto")
const { appendFileSync, mkdirSync, readFileSync, statSync } = require("node:fs")
const { dirname, relative } = require("node:path")
const { isGlobal } = require("./global-declarations.cjs")

/** The file is written anew when it has grown to this size, in bytes; some 30,000 source files. */
const MOST_BYTES = 1 << 20

/**
 * Source files in which the type check has found no mistake. Such a file need not be checked again, because it has none as long
 * as its text stays the same, and the texts of all files that it imports, directly or not, and those of the global
 * declarations. Each file is remembered by a hash of all of them.
 */
exports.CheckedFiles = class CheckedFiles {
    /** @type {Set<string>} */
    known = new Set()
    size = 0
    /** @type {Map<object, string>} hashes of the source files of the run that is under way */
    hashes = new Map()

    /**
     * @param {string} file where to remember; several processes can share it
     * @param {string} version of what checks
     */
    constructor(file, version) {
        this.file = file
        this.version = version
    }

    /** Begins a run, with what other processes have added since the last one. */
    begin() {
        this.hashes.clear()
        const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0
        if (size === this.size) return
        this.known = new Set(size > 0 ? readFileSync(this.file, "utf8").split("\n") : [])
        this.size = size
    }

    /**
     * @param program TypeScript's program with the file
     * @param sourceFile one of its source files
     */
    has(program, sourceFile) {
        if (this.hashes.size === 0) this.hashes = hashesOf(program, this.version)
        return this.known.has(this.hashes.get(sourceFile))
    }

    /** Remembers all files of the run, in which the compiler has found no mistake. */
    allGood() {
        const added = [...this.hashes.values()].filter(hash => !this.known.has(hash))
        if (added.length === 0) return
        mkdirSync(dirname(this.file), { recursive: true })
        const lines = added.map(hash => `${hash}\n`).join("")
        appendFileSync(this.file, lines, { flag: this.size > MOST_BYTES ? "w" : "a" })
    }
}

/** A hash for each source file of a program. */
function hashesOf(program, version) {
    const files = program.getSourceFiles()
    const own = new Map(files.map(file => [file, hash([nameOf(file), file.text])]))
    const globals = hash([version, ...files.filter(isGlobal).map(file => own.get(file))])
    return new Map(
        files.map(file => {
            const imported = [...importsOf(program, file)].map(other => own.get(other)).sort()
            return [file, hash([globals, own.get(file), ...imported])]
        }),
    )
}

/** All files that a file imports, directly or not. */
function importsOf(program, file, found = new Set()) {
    file.resolvedModules?.forEach(module => {
        const other = module && program.getSourceFile(module.resolvedFileName)
        if (!other || found.has(other)) return
        found.add(other)
        importsOf(program, other, found)
    })
    return found
}

/** Each process works in another folder. */
function nameOf(file) {
    return relative(process.cwd(), file.fileName)
}

function hash(texts) {
    const sum = createHash("sha1")
    for (const text of texts) sum.update(text).update("\0")
    return sum.digest("base64")
}
