import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { generateWiring } from "../../../tools/wiring/generate"
import { wiringOf } from "../../../tools/wiring/read-wiring"
import { WIRING_FILE } from "../../../tools/wiring/write-wiring"

/** One PZEM-016, with the program's usual intervals. */
const CONFIG: Config = {
    ...defaultConfig,
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 10,
    uploadSeconds: 30,
}

/** Size of a block in bytes: room for some 15 readings. */
const BLOCK_BYTES = 64
/** Room for as many blocks on the heap as the real program has for its larger ones. */
const HEAP_BYTES = 33 * BLOCK_BYTES
/** After this long without an answer, in ms, an outage begins. */
const OUTAGE_MS = 60_000

/**
 * Source texts, by path, of the program with one meter and small blocks, which it writes from the second minute of an outage
 * on. So half an hour contains what otherwise takes a day.
 */
export async function smallBlocks(): Promise<Record<string, string>> {
    const wiring = generateWiring(await wiringOf(CONFIG, "device", projectRoot), "device")
    return {
        [WIRING_FILE]: changed(wiring, /2 \* SETTING_BLOCK_BYTES/, `${BLOCK_BYTES}`),
        "src/main.ts": await source("src/main.ts", /HEAP_BYTES = \d+/, `HEAP_BYTES = ${HEAP_BYTES}`),
        "src/queue/reading-queue.ts": await source(
            "src/queue/reading-queue.ts",
            /OUTAGE_MS = \d+/,
            `OUTAGE_MS = ${OUTAGE_MS}`,
        ),
    }
}

async function source(path: string, what: RegExp, by: string): Promise<string> {
    return changed(await readFile(join(projectRoot, path), "utf8"), what, by)
}

/** @throws Error when there is nothing to change */
function changed(text: string, what: RegExp, by: string): string {
    if (!what.test(text)) throw new Error(`The program has no longer ${what}`)
    return text.replace(what, by)
}
