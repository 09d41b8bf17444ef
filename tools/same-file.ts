import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"

/** Whether two paths lead to the same file, through links of any kind too, whether it exists yet or not. */
export function isSameFile(one: string, other: string): boolean {
    return identityOf(resolve(one)) === identityOf(resolve(other))
}

/** Device and inode of an existing file; otherwise the path at which it would be created. */
function identityOf(path: string): string {
    try {
        const there = statSync(path, { bigint: true, throwIfNoEntry: false })
        if (there) return `${there.dev} ${there.ino}`
        if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
            return identityOf(resolve(dirname(path), readlinkSync(path)))
        return join(realpathSync(dirname(path)), basename(path))
    } catch {
        // Whoever opens it reports what is wrong with its folder.
        return path
    }
}
