const { readFileSync } = require("node:fs")
const { Module } = require("node:module")
const { dirname } = require("node:path")

/** The beginning of the function in which the compiler's TypeScript spells out a symbol's full name. */
const FULL_NAME = "function getFullyQualifiedName(symbol, containingLocation) {"

/** Replaces it: spells out each name once. */
const KEPT_FULL_NAME = `${FULL_NAME}
    if (containingLocation) return spellFullName(symbol, containingLocation)
    const kept = (spellFullName.kept ??= new WeakMap())
    let name = kept.get(symbol)
    if (name === undefined) kept.set(symbol, (name = spellFullName(symbol)))
    return name
}
function spellFullName(symbol, containingLocation) {`

/** The beginning of the function in which the compiler's TypeScript checks the types in a file. */
const CHECK = "function getBindAndCheckDiagnosticsForFileNoCache(sourceFile, cancellationToken) {"

/** Replaces it: does not check files that are known to have no mistake. */
const CHECK_UNKNOWN = `${CHECK}
    if (globalThis.checkedFiles.has(program2, sourceFile)) return []`

/** The place where the compiler parses a file. */
const PARSE =
    /return (\w+\.createSourceFile\(\s*fileName,\s*text,\s*languageVersion,\s*setParentNodes\s*\));/g

/** Replaces it: parses no file that is kept. */
const PARSE_NEW = "return globalThis.keptFiles.sourceFile(this, fileName, () => $1)"

/** The place where the compiler's TypeScript creates its type checker. */
const CHECKER = /typeChecker = (\w+)\.createTypeChecker\((\w+)\)/g

/** Replaces it: creates none if one is kept. */
const KEPT_CHECKER = "typeChecker = globalThis.keptFiles.checkerOf($1, $2)"

/** The places where the compiler notes something about a node or a symbol. */
const NOTE = /(?<![.\w])(\w+)\.(__ds_\w+) = /g

/** Replaces them: the next run begins without notes. */
const KEPT_NOTE = 'globalThis.keptFiles.noted($1, "$2").$2 = '

/** The place where the compiler has written all files of a program. If there is a mistake, it does not get there. */
const BUILT = "await buildOnce(file, options);"

/** Replaces it: says so, which the tool does not. */
const SAY_BUILT = `${BUILT} globalThis.programBuilt();`

/**
 * Loads DeviceScript's compiler, and makes it do nothing twice:
 *
 * - It remembers the full names of symbols. It asks for one at every use of a symbol, and its TypeScript creates a printer each
 *   time, which takes a third of a build.
 * - It does not check files again that are known to have no mistake, which takes half of the rest.
 * - It keeps parsed files, and what its type checker has found out about them, from one run to the next.
 *
 * The tool's file is not changed, and neither is what the compiler writes.
 * @param {string} path of the DeviceScript command line tool
 * @param {object} host
 * @param {import("./checked-files.cjs").CheckedFiles} host.checkedFiles files without a mistake
 * @param {import("./kept-files.cjs").KeptFiles} host.keptFiles files of the last runs
 * @param {() => void} host.programBuilt called when all files of a program are written
 * @returns what the tool exports
 */
exports.loadCompiler = (path, { checkedFiles, keptFiles, programBuilt }) => {
    const compiler = new Module(path)
    compiler.filename = path
    compiler.paths = Module._nodeModulePaths(dirname(path))
    Object.assign(globalThis, { checkedFiles, keptFiles, programBuilt })
    compiler._compile(withMemory(readFileSync(path, "utf8")), path)
    return compiler.exports
}

/**
 * @param {string} text the source of the tool
 * @returns the source of one that does nothing twice
 */
function withMemory(text) {
    return text
        .replaceAll(FULL_NAME, KEPT_FULL_NAME)
        .replaceAll(CHECK, CHECK_UNKNOWN)
        .replaceAll(PARSE, PARSE_NEW)
        .replaceAll(CHECKER, KEPT_CHECKER)
        .replaceAll(NOTE, KEPT_NOTE)
        .replaceAll(BUILT, SAY_BUILT)
}

exports.withMemory = withMemory
