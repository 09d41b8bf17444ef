import type { Config } from "../wiring/config"
import { defaultConfig } from "../wiring/default-config"

/** A reason why no release can be made. */
export class ReleaseError extends Error {
    override readonly name = "ReleaseError"
}

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

/**
 * Checks that a version is well-formed, and later than the current one.
 * @throws ReleaseError
 */
export function checkVersion(next: string, current: string): void {
    const wanted = VERSION.exec(next)
    if (!wanted) throw new ReleaseError(`${next} is not a version. Write X.Y.Z, for example 1.2.0.`)
    const parts = VERSION.exec(current)
    if (!parts) throw new ReleaseError(`package.json has the version ${current}, which is not X.Y.Z.`)
    for (const i of [1, 2, 3]) {
        const step = Number(wanted[i]) - Number(parts[i])
        if (step > 0) return
        if (step < 0) break
    }
    throw new ReleaseError(`${next} is not later than ${current}, the version in package.json.`)
}

/** Changes the project's version in the text of `package.json` or `package-lock.json`; all else stays as it is. */
export function withVersion(text: string, current: string, next: string): string {
    const { packages } = JSON.parse(text) as { packages?: object }
    // The lock file has the version at the top and in the package "".
    let left = packages ? 2 : 1
    return text.replaceAll(`"version": "${current}"`, found => {
        left--
        return left >= 0 ? `"version": "${next}"` : found
    })
}

/**
 * Moves the changes under _Unreleased_ in the changelog to a section for the version.
 * @param date such as `2026-11-29`
 * @throws ReleaseError when nothing is unreleased, or the version is there already
 */
export function releaseChanges(changelog: string, version: string, date: string): string {
    if (changelog.includes(`\n## [${version}]`))
        throw new ReleaseError(`CHANGELOG.md has ${version} already.`)
    const [head, rest] = changelog.split("## [Unreleased]\n")
    if (head === undefined || rest === undefined)
        throw new ReleaseError('CHANGELOG.md has no line "## [Unreleased]".')
    const changes = rest.split(/^## \[/m)[0]!
    if (!/^- /m.test(changes)) throw new ReleaseError("CHANGELOG.md has nothing under Unreleased.")
    return `${head}## [Unreleased]\n\n## [${version}] - ${date}\n${rest}`
}

/** Boards without RS485. The adapters used with them usually switch direction by themselves. */
const ADAPTER_APART = [
    "emon_esp32_devkit_c",
    "emon_esp32c3_supermini",
    "emon_esp32s3_devkit_m",
    "emon_esp32s3_devkitc",
]

/**
 * The wiring for a board's image: the default, with the RS485 port of the board if it has one.
 * @param pins the board's pins by name
 */
export function wiringFor(board: string, pins: ReadonlyMap<string, string>): Config {
    const hasDe = pins.has("RS485_DE") && !ADAPTER_APART.includes(board)
    return { ...defaultConfig, board, line: { driver: "spi-uart", ...(hasDe ? { de: "RS485_DE" } : {}) } }
}

/** The line for a file of the release, as `sha256sum --check` reads it. */
export function checksumLine(hash: string, file: string): string {
    return `${hash}  ${file}\n`
}
