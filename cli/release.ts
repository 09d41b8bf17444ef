import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Command } from "commander"
import { buildImage } from "../tools/image"
import { projectRoot } from "../tools/project"
import { checkTag, GitFailed, git } from "../tools/release/git"
import {
    checksumLine,
    checkVersion,
    ReleaseError,
    releaseChanges,
    wiringFor,
    withVersion,
} from "../tools/release/release"
import { boardIds, readBoard } from "../tools/wiring/boards"

/* `npm run release`: sets the version, updates the changelog, and builds an image for every board. */

const DIST = join(projectRoot, "dist")
const PACKAGE = join(projectRoot, "package.json")
const LOCK = join(projectRoot, "package-lock.json")
const CHANGELOG = join(projectRoot, "CHANGELOG.md")

const command = new Command("npm run release --")
    .description(
        "Makes a release: sets the version, moves the unreleased changes to it, and builds an image for each board in dist/. " +
            "It pushes nothing.",
    )
    .argument("<version>", "X.Y.Z, later than the one in package.json")
    .option("--tag", "commit and tag the version; by default, only print the commands")
    .allowExcessArguments(false)
    .parse()
const [version = ""] = command.args
const { tag } = command.opts<{ tag?: boolean }>()

try {
    await release()
} catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    console.error(error.message)
    process.exitCode = 1
}

async function release(): Promise<void> {
    const before = new Map([PACKAGE, LOCK, CHANGELOG].map(file => [file, readFileSync(file, "utf8")]))
    const current: string = JSON.parse(before.get(PACKAGE)!).version
    checkVersion(version, current)
    checkTag(projectRoot, version)
    if (git(projectRoot, "status", "--porcelain") !== "")
        throw new ReleaseError("There are uncommitted changes. Commit them first.")
    const date = new Date().toISOString().slice(0, 10)
    const changelog = releaseChanges(before.get(CHANGELOG)!, version, date)
    await buildImages()
    // Everything else has succeeded. Only now are the tracked files changed.
    for (const file of [PACKAGE, LOCK]) writeFileSync(file, withVersion(before.get(file)!, current, version))
    writeFileSync(CHANGELOG, changelog)
    if (!tag) {
        console.log(`Next:
  npm test
  git commit -am "Release ${version}"
  git tag -a v${version} -m "emonscript ${version}"
  git push --follow-tags, and attach dist/ to the release`)
        return
    }
    commitAndTag()
    console.log(
        `Committed and tagged v${version}. Next: npm test, git push --follow-tags, attach dist/ to the release.`,
    )
}

function commitAndTag(): void {
    try {
        git(projectRoot, "commit", "-am", `Release ${version}`)
        git(projectRoot, "tag", "-a", `v${version}`, "-m", `emonscript ${version}`)
    } catch (error) {
        if (!(error instanceof GitFailed)) throw error
        const state = "Version and changelog are changed; git status shows whether they are committed."
        throw new ReleaseError(`${error.message}\n${state}`)
    }
}

/** Builds the images with the default wiring. The version is only in their names, not in their bytes. */
async function buildImages(): Promise<void> {
    rmSync(DIST, { recursive: true, force: true })
    mkdirSync(DIST)
    let checksums = ""
    for (const board of boardIds(projectRoot)) {
        const config = wiringFor(board, readBoard(board, projectRoot).pins)
        const { bytecode, hash } = await buildImage({ config })
        const file = `emonscript-${version}-${board}.devs`
        writeFileSync(join(DIST, file), bytecode)
        checksums += checksumLine(hash, file)
        console.log(`dist/${file}  ${bytecode.length.toLocaleString("en")} bytes  ${hash.slice(0, 12)}`)
    }
    writeFileSync(join(DIST, "SHA256SUMS"), checksums)
}
