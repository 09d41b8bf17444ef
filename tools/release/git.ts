import { spawnSync } from "node:child_process"
import { ReleaseError } from "./release"

/** A command of Git has failed. */
export class GitFailed extends ReleaseError {
    /** @param said what Git has said */
    constructor(
        readonly command: string,
        readonly said: string,
    ) {
        super(`git ${command} has failed: ${said}`)
    }
}

/**
 * Runs a command of Git in a folder.
 * @returns its output
 * @throws GitFailed
 */
export function git(folder: string, ...parts: string[]): string {
    const { status, stdout, stderr, error } = spawnSync("git", parts, { cwd: folder, encoding: "utf8" })
    if (status === 0) return stdout
    const said = error?.message ?? [stderr, stdout].map(text => text.trim()).find(text => text !== "")
    throw new GitFailed(parts[0]!, said ?? `exit code ${status}`)
}

/**
 * Checks that there is no tag for a version yet.
 * @throws ReleaseError, GitFailed
 */
export function checkTag(folder: string, version: string): void {
    const tag = `v${version}`
    if (git(folder, "tag", "--list", tag) !== "")
        throw new ReleaseError(
            `The tag ${tag} exists already. Choose a later version, or delete it: git tag -d ${tag}`,
        )
}
