import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

const CLI = join(
    dirname(createRequire(import.meta.url).resolve("@devicescript/cli/package.json")),
    "devicescript",
)

/** A DeviceScript program that sends requests over a `ds.Serial` role and prints what comes back. */
export const PROBE = `
import * as ds from "@devicescript/core"

const serial = new ds.Serial()
let received = ""
serial.report().subscribe(packet => {
    if (packet.serviceCommand === 0x80) received = received + packet.payload.toString("hex")
})
while (!serial.isBound) await ds.sleep(10)
console.log("baud " + await serial.baudRate.read() + " stop " + await serial.stopBits.read())
console.log("name " + await serial.connectionName.read())
await serial.baudRate.write(115200)
console.log("still " + await serial.baudRate.read())

async function ask(request: Buffer) {
    received = ""
    const start = ds.millis()
    await serial.send(request)
    while (received === "" && ds.millis() - start < 500) await ds.sleep(1)
    console.log("heard " + received + " after " + (ds.millis() - start))
    await ds.sleep(100)
}
await ask(hex\`01040000000a700d\`)
await ask(hex\`09040000000a71c5\`)
await ask(hex\`f80600020001fda3\`)
console.log("done")
`

/** Compiles a program in a folder of its own. */
export async function compile(program: string): Promise<Uint8Array> {
    const folder = await mkdtemp(join(tmpdir(), "probe-"))
    try {
        await writeFile(join(folder, "devsconfig.json"), "{}")
        await writeFile(join(folder, "main.ts"), program)
        await promisify(execFile)(process.execPath, [CLI, "build", "main.ts"], { cwd: folder })
        return await readFile(join(folder, ".devicescript/bin/bytecode.devs"))
    } finally {
        await rm(folder, { recursive: true })
    }
}
