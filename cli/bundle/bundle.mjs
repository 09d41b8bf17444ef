import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs"
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { join, relative, sep } from "node:path"

/** What the commands are made of. Not the generated sources of the device's program: each command may change them. */
const SOURCES = {
    folders: ["cli", "services", "sim", "src", "tools"],
    files: [
        "devicescript.schema.json",
        "meters/meter.schema.json",
        "package.json",
        "scenarios/scenario.schema.json",
    ],
}
const GENERATED = "src/generated/"
const IS_SOURCE = /\.(?:ts|[mc]?js|json)$/

/** How many bundles are kept: a command that still runs may yet load a part of its own. */
const KEPT = 10

const SOURCE_META = "cli/bundle/source-meta.mjs"

/** Files whose content decides what the bundle is, relative to the project's folder. */
export function sourcesOf(root) {
    const inFolders = SOURCES.folders.flatMap(folder => filesIn(root, folder))
    const sources = inFolders.filter(path => IS_SOURCE.test(path) && !path.startsWith(GENERATED))
    return [...sources.sort(), ...SOURCES.files]
}

/** Node's own search through folders takes several times as long. */
function filesIn(root, folder) {
    return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap(entry => {
        const path = `${folder}/${entry.name}`
        return entry.isDirectory() ? filesIn(root, path) : [path]
    })
}

/**
 * Makes one bundle of all commands that `package.json` has, unless there is one of the same sources. Copies of the project
 * can share it: the content of a source counts, not its folder or its time.
 * @param root the project's folder
 * @returns the bundle's folder, in which each command has its path
 */
export async function bundleOfCommands(root) {
    const hash = createHash("sha256")
    for (const path of sourcesOf(root)) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
    const bundles = join(root, ".devicescript/cache/commands")
    const bundle = join(bundles, hash.digest("hex").slice(0, 32))
    if (existsSync(bundle)) {
        markUsed(bundle)
        return bundle
    }
    await mkdir(bundles, { recursive: true })
    await make(root, bundle)
    // Another process may remove the same ones.
    await removeOld(bundles).catch(() => {})
    return bundle
}

/** Another process may make the same one: it appears all at once, whoever is first. */
async function make(root, bundle) {
    const { build, stop } = await import("esbuild")
    const begun = `${bundle}-${process.pid}`
    try {
        await build({
            absWorkingDir: root,
            entryPoints: [...commandsOf(root), SOURCE_META],
            outdir: begun,
            outbase: ".",
            bundle: true,
            splitting: true,
            format: "esm",
            platform: "node",
            target: "node20",
            packages: "external",
            sourcemap: true,
            sourcesContent: false,
            keepNames: true,
            tsconfigRaw: "{}",
            logLevel: "silent",
            plugins: [sourceMetas(root)],
        })
        await rename(begun, bundle)
    } catch (error) {
        await rm(begun, { recursive: true, force: true })
        if (!existsSync(bundle)) throw error
    } finally {
        await stop()
    }
}

/** Paths of the commands, relative to the project's folder. */
function commandsOf(root) {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const all = Object.values(scripts)
        .join("\n")
        .matchAll(/node cli\/run\.mjs (\S+\.ts)/g)
    return [...new Set([...all].map(([, path]) => path))]
}

/** A plugin of esbuild: `import.meta` stays that of the source, in the folder of the project that runs. */
function sourceMetas(root) {
    return {
        name: "source metas",
        setup({ onLoad }) {
            onLoad({ filter: /\.ts$/ }, async ({ path }) => {
                const text = await readFile(path, "utf8")
                if (!text.includes("import.meta")) return undefined
                const source = JSON.stringify(relative(root, path).split(sep).join("/"))
                const contents = text.replaceAll("import.meta", `sourceMeta(${source})`)
                const from = JSON.stringify(join(root, SOURCE_META))
                return { loader: "ts", contents: `${contents}\nimport { sourceMeta } from ${from}\n` }
            })
        },
    }
}

function markUsed(bundle) {
    try {
        const now = new Date()
        utimesSync(bundle, now, now)
    } catch {
        // Of someone else, or read-only: it works all the same.
    }
}

async function removeOld(bundles) {
    const used = await Promise.all(
        (await readdir(bundles)).map(async name => {
            const path = join(bundles, name)
            return { path, at: (await stat(path)).mtimeMs }
        }),
    )
    const old = used.sort((a, b) => b.at - a.at).slice(KEPT)
    await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })))
}
