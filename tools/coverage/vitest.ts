import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { projectRoot } from "../project"

const VITEST = join(projectRoot, "node_modules/vitest/vitest.mjs")

/**
 * Runs tests; their output goes to the terminal.
 * @param env is added to the environment
 * @returns whether all have passed
 */
export async function runVitest(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
    const vitest = spawn(process.execPath, [VITEST, "run", ...args], {
        cwd: projectRoot,
        stdio: "inherit",
        env: { ...process.env, ...env },
    })
    const [code] = await once(vitest, "exit")
    return code === 0
}
