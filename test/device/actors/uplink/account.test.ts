import { describe, expect, test } from "@devicescript/test"
import { readAccount } from "../../../../src/actors/uplink/account"
import { UploadFailed } from "../../../../src/actors/uplink/failure"
import { readInTime, writeInTime } from "../../../../src/device/settings"

const URL = "http://server/emoncms"
const KEY = "0123456789abcdef0123456789abcdef"
const OTHER_KEY = "fedcba9876543210fedcba9876543210"

async function set(url: unknown, key: unknown, node: unknown) {
    await writeInTime("EMON_URL", url)
    await writeInTime("EMON_KEY", key)
    await writeInTime("EMON_NODE", node)
}

/** Why the account cannot be used: the cause and its explanation. */
async function refusal(): Promise<string> {
    try {
        await readAccount()
    } catch (e) {
        const { cause, detail } = e as UploadFailed
        return e instanceof UploadFailed ? cause + ", " + detail : "" + e
    }
    return "none"
}

describe("the account", () => {
    test("is refused without an address, a key or a node", async () => {
        expect(await refusal()).toBe("setting, EMON_URL: missing; add it to .env.local and deploy")
        await writeInTime("EMON_URL", URL)
        expect(await refusal()).toBe("unusable key, EMON_KEY: missing; add it to .env.local and deploy")
        await writeInTime("EMON_KEY", KEY)
        expect(await refusal()).toBe("setting, EMON_NODE: missing; add it to .env.local and deploy")
    })

    test("is refused with the setting that is malformed", async () => {
        await set("ftp://server", KEY, "house")
        expect((await refusal()).startsWith("setting, EMON_URL: ")).toBe(true)
        await set(URL, "too short", "house")
        expect((await refusal()).startsWith("unusable key, EMON_KEY: ")).toBe(true)
        await set(URL, KEY, "a/b")
        expect((await refusal()).startsWith("setting, EMON_NODE: ")).toBe(true)
        await set(URL, KEY, 7)
        expect(await refusal()).toBe("setting, EMON_NODE: not text; put it in double quotes")
    })

    test("keeps the key with the address that it was set for", async () => {
        await set(URL, KEY, "house")
        const { url, node } = await readAccount()
        expect(url.host + " " + node).toBe("server house")
        expect(await readInTime<string>("EMON_KEY")).toBe(KEY + " " + URL)
    })

    test("ignores blanks around the address, at later starts too", async () => {
        await set(" " + URL + " ", KEY, "house")
        for (let start = 1; start <= 2; start++) {
            const { url } = await readAccount()
            expect(url.host).toBe("server")
        }
    })

    test("never sends the key to an address that was set without it", async () => {
        await set(URL, KEY, "house")
        await readAccount()
        await writeInTime("EMON_URL", "http://thief")
        expect(await refusal()).toBe("setting, EMON_URL: changed without EMON_KEY; set both")
        await writeInTime("EMON_KEY", OTHER_KEY)
        const { url } = await readAccount()
        expect(url.host).toBe("thief")
    })

    test("refuses an address that is too long to be kept with a key", async () => {
        let long = URL + "/"
        while (long.length <= 150) long = long + "x"
        await set(long, KEY, "house")
        expect(await refusal()).toBe("setting, EMON_URL: longer than 150 characters")
    })
})
