import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { projectRoot } from "../../../tools/project"
import {
    checksumLine,
    checkVersion,
    ReleaseError,
    releaseChanges,
    wiringFor,
    withVersion,
} from "../../../tools/release/release"
import { boardIds, readBoard } from "../../../tools/wiring/boards"

describe("the version", () => {
    test.each(["0.1.1", "0.2.0", "1.0.0", "0.10.0"])("can be %s after 0.1.0", version => {
        checkVersion(version, "0.1.0")
    })

    test.each(["0.1.0", "0.0.9", "v0.2.0", "0.2", "01.0.0", "0.2.0-beta", ""])('cannot be "%s"', version => {
        expect(() => checkVersion(version, "0.1.0")).toThrow(ReleaseError)
    })

    test("is changed for the project but not for its dependencies", () => {
        const text = (file: string) => readFileSync(join(projectRoot, file), "utf8")
        const { version } = JSON.parse(text("package.json"))
        const changed = JSON.parse(withVersion(text("package.json"), version, "99.0.0"))
        expect(changed).toEqual({ ...JSON.parse(text("package.json")), version: "99.0.0" })
        const lock = JSON.parse(text("package-lock.json"))
        const changedLock = JSON.parse(withVersion(text("package-lock.json"), version, "99.0.0"))
        lock.version = "99.0.0"
        lock.packages[""].version = "99.0.0"
        expect(changedLock).toEqual(lock)
    })
})

describe("the changelog", () => {
    const before =
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a page\n\n## [0.1.0] - 2026-11-22\n\n- all\n"

    test("lists the changes under the new version", () => {
        expect(releaseChanges(before, "0.2.0", "2026-12-01")).toBe(
            "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- a page\n\n" +
                "## [0.1.0] - 2026-11-22\n\n- all\n",
        )
    })

    test.each([
        ["already has the version", before, "0.1.0"],
        ["has nothing new", "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-11-22\n\n- all\n", "0.2.0"],
        ["has no heading for unreleased changes", "# Changelog\n\n- all\n", "0.2.0"],
    ])("is refused when it %s", (_, text, version) => {
        expect(() => releaseChanges(text, version, "2026-12-01")).toThrow(ReleaseError)
    })

    test("of this project has its heading for unreleased changes", () => {
        expect(readFileSync(join(projectRoot, "CHANGELOG.md"), "utf8")).toContain("\n## [Unreleased]\n")
    })
})

test("only boards with a built-in DE pin use one", () => {
    const lines = boardIds(projectRoot).map(board => {
        const { line } = wiringFor(board, readBoard(board, projectRoot).pins)
        return [board, "de" in line]
    })
    expect(Object.fromEntries(lines)).toMatchObject({
        emon_esp32_devkit_c: false,
        emon_m5atom_rs485: false,
        emon_lilygo_t_rsc3: true,
        emon_waveshare_s3_relay: true,
    })
})

test("sha256sum understands the line for a file", () => {
    const text = readFileSync(join(projectRoot, "package.json"))
    const input = checksumLine(createHash("sha256").update(text).digest("hex"), "package.json")
    const options = { cwd: projectRoot, input, encoding: "utf8" } as const
    expect(execFileSync("sha256sum", ["--check", "--strict"], options)).toBe("package.json: OK\n")
})
