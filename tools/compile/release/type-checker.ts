import { existsSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import ts from "typescript"
import type { Sources } from "../sources"

/** The options of DeviceScript's compiler. */
const OPTIONS: ts.CompilerOptions = {
    moduleResolution: ts.ModuleResolutionKind.Node10,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ES2022,
    lib: [],
    noLib: true,
    strict: true,
    strictNullChecks: false,
    types: [],
    jsx: ts.JsxEmit.Preserve,
    moduleDetection: ts.ModuleDetectionKind.Force,
    isolatedModules: true,
}

const LIBRARY = "node_modules/"

/** Parsed files of libraries, which are the same for every program. */
const libraryFiles = new Map<string, ts.SourceFile | undefined>()

/** Parsed files of projects, by path, as they were in the last program. */
const ownFiles = new Map<string, ts.SourceFile>()

/** A program for the type checker, and the files in it that are the project's own. */
export function programOfSources(
    sources: Sources,
    libraries: string,
): { program: ts.Program; files: ts.SourceFile[] } {
    const own = [...sources.keys()].filter(path => /\.tsx?$/.test(path))
    const host: ts.CompilerHost = {
        fileExists: path =>
            sources.has(path) || (path.startsWith(LIBRARY) && existsSync(join(libraries, path))),
        readFile: path => sources.get(path) ?? readLibrary(path, libraries),
        getSourceFile: path => {
            const text = sources.get(path)
            return text === undefined ? libraryFile(path, libraries) : ownFile(path, text)
        },
        getDefaultLibFileName: () => "",
        getCurrentDirectory: () => "",
        getCanonicalFileName: path => path,
        useCaseSensitiveFileNames: () => true,
        getNewLine: () => "\n",
        writeFile: () => {},
        directoryExists: path =>
            path === "" || !path.startsWith(LIBRARY) || existsSync(join(libraries, path)),
        getDirectories: () => [],
        realpath: path => posix.normalize(path),
    }
    const core = [`${LIBRARY}@devicescript/core/src/index.ts`, ...declarations(libraries)]
    const program = ts.createProgram([...core, ...own], OPTIONS, host)
    const files = own.flatMap(path => program.getSourceFile(path) ?? [])
    return { program, files }
}

function libraryFile(path: string, libraries: string): ts.SourceFile | undefined {
    const key = join(libraries, path)
    if (!libraryFiles.has(key)) {
        const text = readLibrary(path, libraries)
        const file = text === undefined ? undefined : ts.createSourceFile(path, text, OPTIONS.target!)
        libraryFiles.set(key, file)
    }
    return libraryFiles.get(key)
}

function ownFile(path: string, text: string): ts.SourceFile {
    const known = ownFiles.get(path)
    if (known?.text === text) return known
    const file = ts.createSourceFile(path, text, OPTIONS.target!, true)
    ownFiles.set(path, file)
    return file
}

function readLibrary(path: string, libraries: string): string | undefined {
    const file = join(libraries, path)
    return path.startsWith(LIBRARY) && existsSync(file) ? readFileSync(file, "utf8") : undefined
}

/** Declaration files that programs use without importing them. */
function declarations(libraries: string): string[] {
    return [
        "corelib.d.ts",
        "devicescript-core.d.ts",
        "devicescript-lib.d.ts",
        "devicescript-spec.d.ts",
        "devicescript-boards.d.ts",
    ]
        .map(name => `${LIBRARY}@devicescript/core/src/${name}`)
        .filter(path => existsSync(join(libraries, path)))
}
