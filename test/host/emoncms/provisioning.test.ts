import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterEach, expect, test } from "vitest"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { ManualClock } from "./manual-clock"
import { exchange } from "./raw-http"
import { READ_KEY, request, WRITE_KEY } from "./replay"

/** A recorded request from test/data/emoncms/provisioning.txt, and its answer. */
interface Recorded {
    readonly section: string
    readonly method: string
    readonly path: string
    /** Arguments of curl, as recorded. */
    readonly form: string
    readonly body: string
    readonly status: number
    readonly contentType: string
}

const FILE = fileURLToPath(new URL("../../data/emoncms/provisioning.txt", import.meta.url))

/** How many characters of an answer the recorder kept. */
const KEPT = 700

/** Requests that the stand-in does not support, because nothing in the project makes them. */
const LEFT_OUT = /\/feed\/delete|\/app\/available/

const FORM = { "Content-Type": "application/x-www-form-urlencoded" }

let server: EmonCmsServer | undefined

afterEach(() => server?.close())

function recordings(): Recorded[] {
    let section = "first"
    const recorded: Recorded[] = []
    for (const block of readFileSync(FILE, "utf8").split(/^(?=> |## )/m)) {
        if (block.startsWith("##")) section = block.slice(3).trim()
        const match = /^> (\w+) (\S+) ?(.*)\n([\s\S]*?)\n? {2}\[(\d+) (.*)\]\n/.exec(block)
        if (!match) continue
        const [, method = "", path = "", form = "", body = "", status, contentType = ""] = match
        recorded.push({ section, method, path, form, body, status: Number(status), contentType })
    }
    return recorded
}

/** The bytes of the form. curl's `-d` sends them unchanged. */
function bodyOf({ method, form }: Recorded): string | null {
    if (method !== "POST") return null
    const encoded = form
        .replace(
            /--data-urlencode (\w+)=(.*)$/,
            (_, name: string, value: string) => `${name}=${encodeURIComponent(value)}`,
        )
        .replace(/^-d /, "")
    return encoded.replace(" processlist=", "&processlist=")
}

test("gives the same answers during setup as a real EmonCMS 11.16.8", async () => {
    const recorded = recordings().filter(
        ({ section, path }) => section !== "device module" && !LEFT_OUT.test(path),
    )
    expect(recorded.length).toBeGreaterThan(45)
    const clock = new ManualClock(Date.parse("2026-11-28T08:01:30Z"))
    server = new EmonCmsServer({ clock, writeKey: WRITE_KEY, readKey: READ_KEY })
    const { port } = await server.listen()
    const post = (form: string) =>
        exchange(port, request("POST", `/input/bulk?apikey=${WRITE_KEY}`, FORM, form))
    await post('time=1795889250&data=[[0,"emonscript",{"voltage":230,"current":4.2,"power":0,"energy":16}]]')
    let uploaded = false
    for (const one of recorded) {
        // The recorder's device uploaded before this section.
        if (one.section === "feed/create forms" && !uploaded) {
            uploaded = true
            const rows = [15, 16, 17].map(
                (wh, i) => `[${i * 10},"emonscript",{"power":991.4},{"energy":${wh}}]`,
            )
            await post(`time=1795889260&data=[${rows}]`)
        }
        const key = one.section === "read key" ? READ_KEY : WRITE_KEY
        const headers = { Authorization: `Bearer ${key}`, ...(one.method === "POST" ? FORM : {}) }
        const reply = await exchange(port, request(one.method, one.path, headers, bodyOf(one)))
        const asked = `${one.section}: ${one.method} ${one.path} ${one.form}`
        const body = reply.body.replaceAll("/var/lib/www/emoncms", "/var/www/emoncms")
        const whole = one.body.length < KEPT
        // The recorder removed the JSON behind some notices.
        const kept = whole && !one.body.endsWith("<br />") ? body : body.slice(0, one.body.length)
        const type = reply.headers.get("Content-Type")
        expect({ asked, status: reply.status, type, body: kept }).toEqual({
            asked,
            status: one.status,
            type: one.contentType,
            body: one.body,
        })
    }
})

test("older App modules identify apps by name instead of ID", async () => {
    server = new EmonCmsServer({ clock: new ManualClock(0), writeKey: WRITE_KEY, version: "11.4.11" })
    const { port } = await server.listen()
    const get = async (path: string) => {
        const headers = { Authorization: `Bearer ${WRITE_KEY}` }
        return (await exchange(port, request("GET", path, headers, null))).body
    }
    expect(await get("/app/list.json")).toBe("{}")
    expect(await get("/app/add.json?app=myheatpump&name=My%20Heatpump")).toBe('{"success":true}')
    expect(await get("/app/add.json?app=myheatpump&name=My%20Heatpump")).toBe(
        '{"success":false,"message":"App already exist with name My Heatpump"}',
    )
    expect(await get("/app/setconfig.json?name=My%20Heatpump&config=%7B%22heatpump_elec%22%3A1%7D")).toBe(
        '{"success":true}',
    )
    const app = '{"app":"myheatpump","config":{"heatpump_elec":1}}'
    expect(await get("/app/list.json")).toBe(`{"My Heatpump":${app}}`)
    expect(await get("/app/getconfig.json?name=My%20Heatpump")).toBe(app)
})

test("the oldest App modules return only an app's settings", async () => {
    // This is what App module 2.2.7 (May 2021) does on EmonCMS 10.8.5.
    server = new EmonCmsServer({ clock: new ManualClock(0), writeKey: WRITE_KEY, version: "10.8.5" })
    const { port } = await server.listen()
    const get = async (path: string) => {
        const headers = { Authorization: `Bearer ${WRITE_KEY}` }
        return (await exchange(port, request("GET", path, headers, null))).body
    }
    await get("/app/add.json?app=myheatpump&name=My%20Heatpump")
    await get("/app/setconfig.json?name=My%20Heatpump&config=%7B%22heatpump_elec%22%3A1%7D")
    expect(await get("/app/getconfig.json?name=My%20Heatpump")).toBe('{"heatpump_elec":1}')
})

test("answers App routes with 406 without the App module", async () => {
    server = new EmonCmsServer({ clock: new ManualClock(0), writeKey: WRITE_KEY, apps: false })
    const { port } = await server.listen()
    const reply = await exchange(port, request("GET", `/app/list.json?apikey=${WRITE_KEY}`, {}, null))
    expect(reply.status).toBe(406)
    expect(reply.body).toBe('{"success":false,"message":"406 Not Acceptable. Route not found"}')
})
