import ts from "typescript"

/*
 * `tsx cli/check-types.ts FOLDER...` checks the types of programs for the device, for `npm run typecheck`. It is `tsc` but for
 * DeviceScript's libraries: they come as sources, which do not pass so strict a check, and `skipLibCheck` spares nothing but
 * declarations.
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
