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

/**
 * Loads DeviceScript's compiler, and makes it remember the full names of symbols. It asks for one at every use of a symbol, and
 * its TypeScript creates a printer each time, which takes a third of a build. The file itself is not changed, and neither is
 * what the compiler writes.
 * @param {string} path of the DeviceScript command line tool
 * @returns what the tool exports
 */
exports.loadCompiler = path => {
    const compiler = new Module(path)
    compiler.filename = path
    compiler.paths = Module._nodeModulePaths(dirname(path))
    compiler._compile(withKeptNames(readFileSync(path, "utf8")), path)
    return compiler.exports
}

/**
 * @param {string} text the source of the tool
 * @returns the source of one that remembers full names
 */
function withKeptNames(text) {
    return text.replaceAll(FULL_NAME, KEPT_FULL_NAME)
}

exports.withKeptNames = withKeptNames
