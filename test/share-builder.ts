import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { builderAt, hasSharedBuilder } from "../tools/compile/shared-builder"
import { measured } from "../tools/coverage/process-coverage"

/** Room for new objects, in MB: the builder makes many at a time. */
const ROOMY = ["--max-semi-space-size=64"]

/** All tests, and the commands that they start, have their programs built by one process. */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
    // Where sockets have no paths, each process builds its own.
    if (process.platform === "win32" || hasSharedBuilder()) return undefined
    const folder = await mkdtemp(join(tmpdir(), "builder-"))
    const socketPath = join(folder, "socket")
    const program = fileURLToPath(new URL("builder-process.ts", import.meta.url))
    const builder = fork(program, [socketPath], {
        execArgv: [...ROOMY, "--import", "tsx"],
        env: measured(process.env),
    })
    await once(builder, "message")
    Object.assign(process.env, builderAt(socketPath))
    return async () => {
        const ended = once(builder, "exit")
        builder.disconnect()
        await ended
        await rm(folder, { recursive: true })
    }
}
