import { afterEach, describe, expect, it } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { ManualClock } from "./manual-clock"
import { exchange } from "./raw-http"

const START = Date.parse("2026-11-22T08:00:00Z")

let server: EmonCmsServer | undefined

afterEach(async () => {
    await server?.close()
    server = undefined
})

async function start(version?: string) {
    server = new EmonCmsServer({ clock: new ManualClock(START), version })
    return { server, ...(await server.listen()) }
}

function get(path: string, host: string): string {
    return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
}

async function ask(url: string, key: string, path: string): Promise<void> {
    const { status } = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${key}` } })
    expect(status).toBe(200)
}

describe.each(["11.16.8", "9.8.10"])("the overview of the stand-in for EmonCMS %s", version => {
    it("shows inputs and feeds to a local browser without a key", async () => {
        const { server, url, overview } = await start(version)
        const key = server.writeKey
        await ask(url, key, `/input/post?node=house&time=${START / 1000 - 30}&fulljson={"power":612}`)
        await ask(url, key, `/feed/create.json?name=elec&tag=<i>&engine=5&options={"interval":10}&unit=W`)
        await ask(url, key, `/feed/create.json?name=elec&tag=house&engine=5&options={"interval":10}&unit=W`)
        const reply = await fetch(overview)
        const page = await reply.text()
        expect(reply.headers.get("content-security-policy")).toMatch(/^default-src 'none'/)
        expect(page).toContain(`EmonCMS ${version}`)
        expect(page).toContain(
            "<tr><td>house</td><td>power</td><td>612</td><td>30 s ago</td><td>none</td></tr>",
        )
        expect(page).toMatch(/<td>house<\/td><td>elec<\/td>/)
        expect(page).not.toContain("<i>")
        expect(page).not.toMatch(/[0-9a-f]{32}/)
    })
})

it.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::1]"])(
    "serves no overview under the host name %s",
    async host => {
        const { port } = await start()
        const { body } = await exchange(port, get("/stand-in", host))
        expect(body).not.toContain("Data in EmonCMS")
        const own = await exchange(port, get("/stand-in", `localhost:${port}`))
        expect(own.body).toContain("Data in EmonCMS")
    },
)
