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
    if (globalThis.checkedFiles?.has(program2, sourceFile)) return []`

/**
 * Loads DeviceScript's compiler, and makes it do nothing twice:
 *
 * - It remembers the full names of symbols. It asks for one at every use of a symbol, and its TypeScript creates a printer each
 *   time, which takes a third of a build.
 * - It does not check files again that are known to have no mistake, which takes half of the rest.
 *
 * The tool's file is not changed, and neither is what the compiler writes.
 * @param {string} path of the DeviceScript command line tool
 * @param {import("./checked-files.cjs").CheckedFiles} [checkedFiles] files without a mistake; all are checked when left out
 * @returns what the tool exports
 */
exports.loadCompiler = (path, checkedFiles) => {
    const compiler = new Module(path)
    compiler.filename = path
    compiler.paths = Module._nodeModulePaths(dirname(path))
    globalThis.checkedFiles = checkedFiles
    compiler._compile(withMemory(readFileSync(path, "utf8")), path)
    return compiler.exports
}

/**
 * @param {string} text the source of the tool
 * @returns the source of one that does nothing twice
 */
function withMemory(text) {
    return text.replaceAll(FULL_NAME, KEPT_FULL_NAME).replaceAll(CHECK, CHECK_UNKNOWN)
}

exports.withMemory = withMemory
