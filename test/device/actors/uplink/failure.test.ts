import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type Cause, reactionTo } from "../../../../src/actors/uplink/failure"
import { SENTENCES } from "../../../../src/actors/uplink/sentences"

/** Those of `all` that contain `part`. */
async function listing(part: string, all: string[]): Promise<string> {
    let found = ""
    for (const cause of all) if (cause.includes(part)) found = found + " " + cause
    await ds.sleep(1)
    return found
}

/** The causes in the catalog of sentences. The platform's `split` would take too many steps. */
async function causes(): Promise<string[]> {
    const found: string[] = []
    for (let at = 1; at < SENTENCES.length; at = SENTENCES.indexOf("\n", at) + 1) {
        found.push(SENTENCES.slice(at, SENTENCES.indexOf(": ", at)))
        await ds.sleep(1)
    }
    return found
}

describe("a cause", () => {
    test("is never part of another one, since lists of causes are searched as text", async () => {
        const all = await causes()
        expect(all.length > 40).toBe(true)
        for (const cause of all) {
            expect(await listing(cause, all)).toBe(" " + cause)
        }
    })

    test("determines how the uplink reacts", async () => {
        expect(reactionTo("setting")).toBe("wait for owner")
        expect(reactionTo("unusable key")).toBe("wait for owner")
        expect(reactionTo("bad data")).toBe("split")
        expect(reactionTo("ConnectFailed")).toBe("retry")
        expect(reactionTo("device")).toBe("retry")
        let owners = 0
        for (const cause of await causes()) if (reactionTo(cause as Cause) === "wait for owner") owners++
        expect(owners).toBe(14)
    })
})
