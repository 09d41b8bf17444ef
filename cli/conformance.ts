import "./quiet-end"
import { randomBytes } from "node:crypto"
import { Command } from "commander"
import { wallClock } from "../sim/clock"
import { isRelease } from "../sim/emoncms/release"
import { EmonCmsServer } from "../sim/emoncms/server"
import { type Answered, CASES, interview } from "../tools/emoncms/conformance"
import { discreet } from "./secrets"

/** `npm run conformance`: checks that the stand-in answers like a real EmonCMS. */
const { emoncms, key, readKey, json } = new Command("npm run conformance --")
    .description(
        "Sends a real EmonCMS and the stand-in for its version the same requests, and shows where they differ. It creates a node " +
            "and a feed in the account, which stay there: use a test account.",
    )
    .requiredOption("--emoncms <url>", "the real EmonCMS")
    .requiredOption("--key <key>", "its Read & Write key")
    .requiredOption("--read-key <key>", "its Read Only key")
    .option("--json", "print one line of JSON at the end")
    .configureOutput(discreet)
    .allowExcessArguments(false)
    .parse()
    .opts<{ emoncms: string; key: string; readKey: string; json?: boolean }>()

const url = emoncms.replace(/\/$/, "")
const node = `conf-${randomBytes(4).toString("hex")}`
const version = await versionOf(url)
const standIn = new EmonCmsServer({ clock: wallClock, version })
const { url: standInUrl } = await standIn.listen()
const real = await interview({ url, writeKey: key, readKey }, node)
const own = await interview({ url: standInUrl, writeKey: standIn.writeKey, readKey: standIn.readKey }, node)
await standIn.close()

const different = CASES.flatMap((asked, i) =>
    same(real[i]!, own[i]!) ? [] : [{ asked, real: real[i]!, own: own[i]! }],
)
for (const { asked, real, own } of different) {
    console.error(`${asked.name}: ${asked.path}`)
    console.error(`  real     ${shown(real)}`)
    console.error(`  stand-in ${shown(own)}`)
}
const summary = { version, requests: CASES.length, different: different.length }
if (json) console.log(JSON.stringify(summary))
else console.log(`EmonCMS ${version}: ${CASES.length} requests, ${different.length} answered differently.`)
if (different.length > 0) process.exitCode = 1

/** The server's version. A server that prints PHP notices before the version runs on PHP 8. */
async function versionOf(url: string): Promise<string> {
    const text = await (await fetch(`${url}/version`)).text()
    const number = /\d+\.\d+(\.\d+)?\s*$/.exec(text)?.[0].trim() ?? ""
    const name = text.includes("<b>Deprecated</b>") ? `${number}-php8.2` : number
    if (isRelease(name)) return name
    console.error("npm run conformance: the server reports no version that the stand-in supports.")
    process.exit(1)
}

function same(one: Answered, other: Answered): boolean {
    return one.status === other.status && one.contentType === other.contentType && one.body === other.body
}

function shown({ status, contentType, body }: Answered): string {
    return `${status} ${contentType} ${JSON.stringify(body)}`
}
