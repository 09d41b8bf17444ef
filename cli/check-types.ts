import ts from "typescript"

/*
 * `tsx cli/check-types.ts FOLDER...` type-checks programs for the device, as part of `npm run typecheck`. It works like `tsc`,
 * but ignores mistakes in DeviceScript's libraries: they come as sources that do not pass our strict checks, and
 * `skipLibCheck` skips only declaration files.
 */

const host: ts.FormatDiagnosticsHost = {
    getCurrentDirectory: ts.sys.getCurrentDirectory,
    getCanonicalFileName: name => name,
    getNewLine: () => ts.sys.newLine,
}

/** A path inside of an installed package. */
const LIBRARY = /(^|\/)node_modules\//

function mistakesIn(folder: string): readonly ts.Diagnostic[] {
    const { config, error } = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile)
    if (error) return [error]
    const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
    return [...errors, ...ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options))]
}

for (const folder of process.argv.slice(2)) {
    const own = mistakesIn(folder).filter(({ file }) => !LIBRARY.test(file?.fileName ?? ""))
    process.stdout.write(ts.formatDiagnostics(own, host))
    if (own.length > 0) process.exitCode = 1
}
