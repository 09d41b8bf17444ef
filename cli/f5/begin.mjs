import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

/*
 * The first step of F5. It is plain JavaScript, so it also runs before anything is installed, and then says so in one sentence
 * instead of a stack trace.
 */

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url))
const missing = ["tsx", "@devicescript/cli", "jacdac-ts"].filter(name => !existsSync(`${modules}${name}`))
if (missing.length > 0) {
    console.error("F5: this project's packages are not installed. In its folder, run once: npm ci")
    process.exit(1)
}
const { register } = await import("tsx/esm/api")
register()
await import("./main.ts")
