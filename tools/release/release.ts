import type { Config } from "../wiring/config"
import { defaultConfig } from "../wiring/default-config"

/** What keeps a release from being made. */
export class ReleaseError extends Error {
    override readonly name = "ReleaseError"
}

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/

/**
 * Checks that a version is one, and later than the current one.
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

/** The text of `package.json` or `package-lock.json` with another version of the project; all else stays as it is. */
export function withVersion(text: string, current: string, next: string): string {
    const { packages } = JSON.parse(text) as { packages?: object }
    // The lock file names it at its top and for the package "".
    let left = packages ? 2 : 1
    return text.replaceAll(`"version": "${current}"`, found => {
        left--
        return left >= 0 ? `"version": "${next}"` : found
    })
}

/**
 * The changelog with what is under _Unreleased_ under the version, and nothing under _Unreleased_.
 * @param date as `2026-11-29`
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

/** Boards without RS485, whose adapter usually switches its direction by itself. */
const ADAPTER_APART = [
    "emon_esp32_devkit_c",
    "emon_esp32c3_supermini",
    "emon_esp32s3_devkit_m",
    "emon_esp32s3_devkitc",
]

/**
 * What the image for a board is wired for: the default, at the board's own RS485.
 * @param pins names of the board's pins
 */
export function wiringFor(board: string, pins: ReadonlyMap<string, string>): Config {
    const hasDe = pins.has("RS485_DE") && !ADAPTER_APART.includes(board)
    return { ...defaultConfig, board, line: { driver: "spi-uart", ...(hasDe ? { de: "RS485_DE" } : {}) } }
}

/** A file of the release with its SHA-256, as `sha256sum --check` reads it. */
export function checksumLine(hash: string, file: string): string {
    return `${hash}  ${file}\n`
}
