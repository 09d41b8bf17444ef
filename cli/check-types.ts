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

for (const folder of process.argv.slice(2)) {
    const { config } = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile)
    const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
    const found = [...errors, ...ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options))]
    const own = found.filter(({ file }) => !file?.fileName.includes("/node_modules/"))
    process.stdout.write(ts.formatDiagnostics(own, host))
    if (own.length > 0) process.exitCode = 1
}
