const { resolve } = require("node:path")
const { isGlobal } = require("./global-declarations.cjs")

/** So many generations of files are kept: those of release and debug builds, and those of tests, differ in many files. */
const GENERATIONS = 3

/** So many checkers are kept for each of them. Programs differ in which files add to the global declarations. */
const CHECKERS = 2

/**
 * The files of the last runs as they were parsed, and type checkers with all that they have found out about them. The next
 * program shares most of them, and asking the checker takes more than half of a build.
 */
exports.KeptFiles = class KeptFiles {
    /** @type {Generation[]} the latest used last */
    generations = []
    /** @type {Generation | undefined} that of the run that is under way, once it has asked for a file */
    current
    /** What the compiler has noted about nodes and symbols during the run that is under way. */
    notes = []

    /** Begins a run. The compiler's notes are about the last one. */
    begin() {
        for (const [owner, name] of this.notes) owner[name] = undefined
        this.notes = []
        this.current = undefined
    }

    /** After a program with mistakes, the next run begins with nothing. */
    forget() {
        this.generations = []
    }

    /**
     * @param host what the compiler reads files with
     * @param {string} fileName relative to the current folder, or absolute
     * @param parse parses the file as it is now
     */
    sourceFile(host, fileName, parse) {
        this.current ??= this.closest(name => host.readFile(name))
        return this.current.sourceFile(resolve(fileName), parse)
    }

    /** The generation in which the fewest files have changed; a new one if those are more than a quarter of them. */
    closest(read) {
        const changes = this.generations.map(generation => generation.changed(read))
        const fewest = Math.min(...changes.map(({ size }) => size))
        const index = changes.findIndex(({ size }) => size === fewest)
        let generation = this.generations[index]
        if (generation && fewest <= generation.files.size / 4) {
            generation.drop(changes[index])
            this.generations.splice(index, 1)
        } else {
            generation = new Generation()
            if (this.generations.length === GENERATIONS) this.generations.shift()
        }
        this.generations.push(generation)
        return generation
    }

    /**
     * @param ts the compiler's TypeScript
     * @param program of the run that is under way
     */
    checkerOf(ts, program) {
        return this.current.checkerOf(ts, program)
    }

    /** The compiler notes something about a node or a symbol. @returns the owner */
    noted(owner, name) {
        this.notes.push([owner, name])
        return owner
    }
}

/** Files that were parsed together or after each other, none of which has changed since. */
class Generation {
    /** @type {Map<string, object>} source files by path */
    files = new Map()
    /** The latest used last. */
    checkers = []

    sourceFile(path, parse) {
        const file = this.files.get(path) ?? parse()
        this.files.set(path, file)
        return file
    }

    /**
     * Paths of the files that have another text now, and of all files that import them, directly or not. A file that is not there
     * now has not changed: a later program can have it again.
     */
    changed(read) {
        const paths = new Set()
        const importers = new Map()
        for (const [path, file] of this.files) {
            const text = read(file.fileName)
            if (text !== undefined && text !== file.text) paths.add(path)
            file.resolvedModules?.forEach(module => {
                if (!module) return
                const list = importers.get(module.resolvedFileName) ?? []
                importers.set(module.resolvedFileName, [...list, path])
            })
        }
        // What is added meanwhile is visited, too.
        for (const path of paths) for (const importer of importers.get(path) ?? []) paths.add(importer)
        return paths
    }

    drop(paths) {
        for (const path of paths) this.files.delete(path)
    }

    /** A checker knows the global declarations from its beginning, and all other files from when it is first asked about them. */
    checkerOf(ts, program) {
        const files = program.getSourceFiles()
        for (const file of files) ts.bindSourceFile(file, program.getCompilerOptions())
        const globals = files.filter(isGlobal)
        const index = this.checkers.findIndex(
            kept =>
                kept.globals.length === globals.length &&
                globals.every((file, i) => file === kept.globals[i]),
        )
        const [kept] = index < 0 ? [startChecker(ts, program, globals)] : this.checkers.splice(index, 1)
        Object.setPrototypeOf(kept.view, program)
        this.checkers.push(kept)
        if (this.checkers.length > CHECKERS) this.checkers.shift()
        return kept.checker
    }
}

/** Questions of the compiler that TypeScript's checker works out anew each time. */
const QUESTIONS = [
    "getTypeAtLocation",
    "getSymbolAtLocation",
    "getShorthandAssignmentValueSymbol",
    "getResolvedSignature",
]

/** @returns the checker, and the object through which it sees the program; the prototype of that can change */
function startChecker(ts, program, globals) {
    const view = Object.create(program)
    const checker = ts.createTypeChecker(view)
    const questions = QUESTIONS.map(name => [name, askedOnce(checker[name])])
    return { checker: Object.assign(Object.create(checker), Object.fromEntries(questions)), view, globals }
}

/** @returns a function that remembers the answer for each node */
function askedOnce(ask) {
    const answers = new WeakMap()
    return node => {
        if (answers.has(node)) return answers.get(node)
        const answer = ask(node)
        answers.set(node, answer)
        return answer
    }
}
