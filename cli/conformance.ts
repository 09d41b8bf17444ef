import "./quiet-end"
import { randomBytes } from "node:crypto"
import { Command } from "commander"
import { wallClock } from "../sim/clock"
import { isRelease } from "../sim/emoncms/release"
import { EmonCmsServer } from "../sim/emoncms/server"
import { EmonCmsApi } from "../tools/emoncms/api"
import { type Answered, type AskedServer, CASES, interview } from "../tools/emoncms/conformance"
import { EmonCmsError, ReadOnlyKeyError } from "../tools/emoncms/errors"
import { fetchWhole } from "../tools/emoncms/fetch-whole"
import { hideKeys } from "../tools/hide-keys"
import { tidyAddress } from "../tools/settings/server-address"
import { discreet } from "./secrets"
import { usable } from "./usable-setting"

interface Options {
    readonly emoncms: string
    readonly key: string
    readonly readKey: string
    readonly json?: boolean
}

/** `npm run conformance`: checks that the stand-in answers like a real EmonCMS. */
async function compare({ emoncms: url, key, readKey, json }: Options): Promise<void> {
    await checkKeys(url, key, readKey)
    const version = await versionOf(url)
    const node = `conf-${randomBytes(4).toString("hex")}`
    const real = await interview({ url, writeKey: key, readKey }, node)
    const own = await askStandIn(version, node)
    const different = CASES.flatMap((asked, i) =>
        same(real[i]!, own[i]!) ? [] : [{ asked, real: real[i]!, own: own[i]! }],
    )
    for (const { asked, real, own } of different) {
        console.error(`${asked.name}: ${asked.path}`)
        console.error(hideKeys(`  real     ${shown(real)}`))
        console.error(hideKeys(`  stand-in ${shown(own)}`))
    }
    const summary = { version, requests: CASES.length, different: different.length }
    if (json) console.log(JSON.stringify(summary))
    else
        console.log(`EmonCMS ${version}: ${CASES.length} requests, ${different.length} answered differently.`)
    if (different.length > 0) process.exitCode = 1
}

/** The server, or one of its keys, is not fit for the comparison. */
class UnfitServer extends Error {
    override readonly name = "UnfitServer"
}

/** @throws EmonCmsError, UnfitServer */
async function checkKeys(url: string, key: string, readKey: string): Promise<void> {
    await new EmonCmsApi({ url, key }).checkKey()
    try {
        await new EmonCmsApi({ url, key: readKey }).checkKey()
    } catch (error) {
        if (error instanceof ReadOnlyKeyError) return
        if (error instanceof EmonCmsError) throw new UnfitServer(`--read-key: ${error.problem}`)
        throw error
    }
    throw new UnfitServer("--read-key: this key can write; give the Read Only key from Setup, My Account")
}

/**
 * The server's version. A server that prints PHP notices before the version runs on PHP 8.
 * @throws EmonCmsError, UnfitServer
 */
async function versionOf(url: string): Promise<string> {
    const { body } = await fetchWhole(`${url}/version`, {})
    const number = /\d+\.\d+(\.\d+)?\s*$/.exec(body)?.[0].trim() ?? ""
    const name = body.includes("<b>Deprecated</b>") ? `${number}-php8.2` : number
    if (isRelease(name)) return name
    throw new UnfitServer("the server reports no version that the stand-in supports")
}

async function askStandIn(version: string, node: string): Promise<Answered[]> {
    const standIn = new EmonCmsServer({ clock: wallClock, version })
    const { url } = await standIn.listen()
    const asked: AskedServer = { url, writeKey: standIn.writeKey, readKey: standIn.readKey }
    try {
        return await interview(asked, node)
    } finally {
        await standIn.close()
    }
}

function same(one: Answered, other: Answered): boolean {
    return one.status === other.status && one.contentType === other.contentType && one.body === other.body
}

function shown({ status, contentType, body }: Answered): string {
    return `${status} ${contentType} ${JSON.stringify(body)}`
}

const options = new Command("npm run conformance --")
    .description(
        "Sends a real EmonCMS and the stand-in for its version the same requests, and shows where they differ. It creates a node " +
            "and a feed in the account, which stay there: use a test account.",
    )
    .requiredOption("--emoncms <url>", "the real EmonCMS", text => usable("EMON_URL", tidyAddress(text)))
    .requiredOption("--key <key>", "its Read & Write key", text => usable("EMON_KEY", text.trim()))
    .requiredOption("--read-key <key>", "its Read Only key", text => usable("EMON_KEY", text.trim()))
    .option("--json", "print one line of JSON at the end")
    .configureOutput(discreet)
    .allowExcessArguments(false)
    .parse()
    .opts<Options>()

try {
    await compare(options)
} catch (error) {
    if (!(error instanceof EmonCmsError || error instanceof UnfitServer)) throw error
    console.error(`npm run conformance: ${hideKeys(error.message)}.`)
    process.exitCode = 1
}
