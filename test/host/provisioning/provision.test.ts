import { afterEach, describe, expect, it, test, vi } from "vitest"
import { wallClock } from "../../../sim/clock"
import { type EmonCmsOptions, EmonCmsServer } from "../../../sim/emoncms/server"
import { Account } from "../../../tools/emoncms/account"
import { EmonCmsApi } from "../../../tools/emoncms/api"
import { type Provisioned, provision } from "../../../tools/emoncms/provision"
import { type AppKind, type UploadedField, type Wanted, wantedFor } from "../../../tools/emoncms/wanted"

const VERSIONS = [
    ...[
        "11.16.8",
        "11.15.17",
        "11.12.4",
        "11.9.13",
        "11.7.3",
        "11.6.12",
        "11.4.11",
        "11.2.3",
        "11.0.9",
        "10.8.5",
    ],
    ...["10.2.7", "10.1.9", "9.9.9", "9.9.4", "9.8.31", "9.8.10"],
    ...["11.2.3-php8.2", "11.0.9-php8.2", "10.8.5-php8.2", "10.2.7-php8.2"],
]

const NODE = "emonscript"

const PZEM: readonly UploadedField[] = [
    { meter: "heatpump", field: "voltage", input: "voltage", unit: "V" },
    { meter: "heatpump", field: "current", input: "current", unit: "A" },
    { meter: "heatpump", field: "power", input: "power", unit: "W" },
    { meter: "heatpump", field: "energy", input: "energy", unit: "Wh" },
]

const WITH_HEAT: readonly UploadedField[] = [
    ...PZEM.map(field => ({ ...field, input: `heatpump_${field.input}` })),
    { meter: "heat", field: "heat_power", input: "heat_heat_power", unit: "W" },
    { meter: "heat", field: "heat_energy", input: "heat_heat_energy", unit: "kWh" },
    { meter: "heat", field: "flow_temperature", input: "heat_flow_temperature", unit: "°C" },
    { meter: "heat", field: "return_temperature", input: "heat_return_temperature", unit: "°C" },
]

let server: EmonCmsServer | undefined

afterEach(async () => {
    vi.unstubAllGlobals()
    await server?.close()
    server = undefined
})

async function serve(options: Partial<EmonCmsOptions> = {}) {
    server = new EmonCmsServer({ clock: wallClock, ...options })
    const { url } = await server.listen()
    return { server, url, api: new EmonCmsApi({ url, key: server.writeKey }) }
}

function wanted(app: AppKind | undefined = "myheatpump", fields = PZEM, node = NODE): Wanted {
    return wantedFor(fields, { node, app, pollSeconds: 10 })
}

async function setUp(api: EmonCmsApi, what = wanted(), options = {}): Promise<Provisioned> {
    return provision(await Account.open(api), what, options)
}

/** Everything that could have been changed, as the API shows it, without values that vary by themselves. */
async function snapshot(api: EmonCmsApi): Promise<unknown> {
    const account = await Account.open(api)
    const apps = (await account.apps()) ?? []
    return {
        inputs: await account.inputs(),
        feeds: await account.feeds(),
        apps: await Promise.all(apps.map(async app => ({ ...app, config: await account.appConfig(app) }))),
    }
}

/** Uploads rows as the program does, one object for each value. */
async function upload(api: EmonCmsApi, node: string, rows: Record<string, number>[], time: number) {
    const data = rows.map((values, i) => [
        i * 10,
        node,
        ...Object.entries(values).map(([input, value]) => ({ [input]: value })),
    ])
    const { text } = await api.post("/input/bulk.json", {}, { time, data: JSON.stringify(data) })
    expect(text).toBe("ok")
}

describe.each(VERSIONS)("EmonCMS %s", version => {
    it("is set up once, and a second run changes nothing", async () => {
        const { server, api } = await serve({ version })
        const first = await setUp(api)
        expect(first).toMatchObject({ told: [] })
        // Four inputs, two feeds, their two lists, the app.
        expect(first.changed).toBe(9)
        const before = await snapshot(api)
        const second = await setUp(api)
        expect(second).toMatchObject({ changed: 0, told: [] })
        expect(await snapshot(api)).toEqual(before)

        await upload(
            api,
            NODE,
            [
                { power: 991.4, energy: 1234 },
                { power: 500, energy: 1235 },
            ],
            1_795_889_260,
        )
        const ids = Object.fromEntries(second.feeds.map(({ role, id }) => [role, id]))
        // The first slot of each feed is the first reading. Feeds hold floats of 32 bits.
        expect(server.feedPoints(ids.heatpump_elec!)).toEqual([
            [1_795_889_260, Math.fround(991.4)],
            [1_795_889_270, 500],
        ])
        expect(server.feedPoints(ids.heatpump_elec_kwh!)).toEqual([
            [1_795_889_260, Math.fround(1.234)],
            [1_795_889_270, Math.fround(1.235)],
        ])
        const [app] = second.apps
        expect(app).toMatchObject({ kind: "myheatpump", name: "My Heatpump", outcome: "there" })
        expect(app!.config).toMatchObject(ids)
    })
})

describe.each(["11.16.8", "11.4.11", "10.2.7-php8.2", "9.8.10"])("EmonCMS %s", version => {
    it("ends in the same state after an interruption at any request", async () => {
        const undisturbed = await serve({ version })
        let requests = 0
        const real = globalThis.fetch
        vi.stubGlobal("fetch", (...arguments_: Parameters<typeof fetch>) => {
            requests++
            return real(...arguments_)
        })
        await setUp(undisturbed.api)
        vi.stubGlobal("fetch", real)
        const end = await snapshot(undisturbed.api)
        await server!.close()
        for (let broken = 1; broken <= requests; broken++) {
            const { api } = await serve({ version })
            let count = 0
            vi.stubGlobal("fetch", async (...arguments_: Parameters<typeof fetch>) => {
                const response = await real(...arguments_)
                // The server has carried out the request, but its answer is lost.
                if (++count === broken) throw new TypeError("fetch failed")
                return response
            })
            await expect(setUp(api)).rejects.toThrow("cannot be reached")
            vi.stubGlobal("fetch", real)
            await setUp(api)
            expect(await snapshot(api)).toEqual(end)
            expect((await setUp(api)).changed).toBe(0)
            await server!.close()
        }
    })
})

test("a plan lists the changes without making them", async () => {
    const { api } = await serve()
    const before = await snapshot(api)
    const plan = await setUp(api, wanted(), { dry: true })
    expect(plan.changed).toBe(9)
    expect(plan.feeds.map(({ name, id, outcome }) => ({ name, id, outcome }))).toEqual([
        { name: "heatpump_elec", id: undefined, outcome: "made" },
        { name: "heatpump_elec_kwh", id: undefined, outcome: "made" },
    ])
    expect(await snapshot(api)).toEqual(before)
    expect((await setUp(api)).changed).toBe(plan.changed)
})

test("a house gets the feeds use and use_kwh, and the app My Electric", async () => {
    const { api } = await serve()
    const done = await setUp(api, wanted("myelectric"))
    expect(done.feeds.map(({ name, role }) => [name, role])).toEqual([
        ["use", "use"],
        ["use_kwh", "use_kwh"],
    ])
    expect(done.apps).toMatchObject([{ kind: "myelectric", name: "My Electric" }])
})

test("a heat meter adds heat and temperatures to the app; kWh need no factor", async () => {
    const { server, api } = await serve()
    const done = await setUp(api, wanted("myheatpump", WITH_HEAT))
    expect(done.feeds.map(({ name }) => name)).toEqual([
        "heatpump_elec",
        "heatpump_elec_kwh",
        "heatpump_heat",
        "heatpump_heat_kwh",
        "heatpump_flowT",
        "heatpump_returnT",
    ])
    const lists = server.processLists().get(NODE)
    expect(lists?.get("heatpump_energy")).toBe("2:0.001,65:2")
    expect(lists?.get("heat_heat_energy")).toBe("65:4")
    expect(lists?.get("heat_flow_temperature")).toBe("1:5")
    expect(Object.keys(done.apps[0]!.config).filter(key => key.startsWith("heatpump_"))).toHaveLength(6)
})

test("without an app, feeds are named after their inputs", async () => {
    const { api } = await serve()
    const done = await setUp(api, wantedFor(PZEM, { node: "my.node", pollSeconds: 60 }))
    expect(done.feeds.map(({ tag, name }) => [tag, name])).toEqual([
        ["my-node", "power"],
        ["my-node", "energy_kwh"],
    ])
    expect(done.apps).toEqual([])
    const { json } = await api.get("/feed/getmeta.json", { id: done.feeds[0]!.id! })
    expect(json).toMatchObject({ interval: 60 })
})

test("a node of the older MicroPython script keeps its own feeds", async () => {
    const { server, api } = await serve()
    await api.post("/input/post", {}, { node: "pzem", time: 1, fulljson: '{"power":1,"energy_forward":1}' })
    for (const [i, name] of ["hp power", "hp energy"].entries()) {
        await api.get("/feed/create.json", { tag: "old", name, engine: 5, options: '{"interval":10}' })
        const processlist = `[{"fn":"process__log_to_feed","args":[${i + 1}]}]`
        await api.post("/input/process/set.json", { inputid: i + 1 }, { processlist })
    }
    const before = server.processLists()
    const fields = PZEM.map(field =>
        field.field === "energy" ? { ...field, input: "energy_forward", unit: "kWh" } : field,
    )
    const done = await setUp(api, wanted("myheatpump", fields, "pzem"))
    expect(done.inputs.filter(({ outcome }) => outcome === "made").map(({ name }) => name)).toEqual([
        "voltage",
        "current",
    ])
    expect(done.feeds).toMatchObject([
        { name: "hp power", id: 1, role: "heatpump_elec", outcome: "there" },
        { name: "hp energy", id: 2, role: "heatpump_elec_kwh", outcome: "there" },
    ])
    expect(done.apps[0]!.config).toMatchObject({ heatpump_elec: 1, heatpump_elec_kwh: 2 })
    for (const name of ["power", "energy_forward"]) {
        expect(server.processLists().get("pzem")?.get(name)).toBe(before.get("pzem")?.get(name))
    }
})

test("a different process list is kept and reported, and the app gets no feed for it", async () => {
    const { server, api } = await serve()
    await api.post("/input/post", {}, { node: NODE, time: 1, fulljson: '{"power":1,"energy":1}' })
    await api.get("/feed/create.json", { tag: "x", name: "raw", engine: 5, options: '{"interval":10}' })
    // Wh go into this feed unconverted, so it is not a kWh feed.
    const raw = '[{"fn":"process__log_to_feed","args":[1]}]'
    await api.post("/input/process/set.json", { inputid: 2 }, { processlist: raw })
    const done = await setUp(api)
    expect(done.told).toEqual([
        "emonscript:energy already has a process list; it is left unchanged, and heatpump_elec_kwh is not created.",
    ])
    expect(server.processLists().get(NODE)?.get("energy")).toBe("1:1")
    expect(Object.keys(done.apps[0]!.config)).toEqual(["enable_process_daily", "heatpump_elec"])
    expect(await setUp(api)).toMatchObject({ changed: 0, told: done.told })
})

test("a feed that another input already fills gets no second one", async () => {
    const { server, api } = await serve()
    await api.post("/input/post", {}, { node: "other", time: 1, fulljson: '{"p":1}' })
    await api.get("/feed/create.json", {
        tag: NODE,
        name: "heatpump_elec",
        engine: 5,
        options: '{"interval":10}',
    })
    const log = '[{"fn":"process__log_to_feed","args":[1]}]'
    await api.post("/input/process/set.json", { inputid: 1 }, { processlist: log })
    const done = await setUp(api)
    expect(done.told).toEqual([expect.stringContaining("a feed that other:p already fills")])
    expect(server.processLists().get(NODE)?.get("power")).toBe("")
})

test("an existing app keeps its settings, and gets the missing ones", async () => {
    const { api } = await serve()
    await setUp(api)
    await api.get("/app/setconfig.json", { id: 1, config: '{"heatpump_elec":77,"heatpump_elec_kwh":2}' })
    const done = await setUp(api)
    expect(done.apps).toMatchObject([{ name: "My Heatpump", outcome: "made" }])
    expect(done.apps[0]!.config).toEqual({
        heatpump_elec: 77,
        heatpump_elec_kwh: 2,
        enable_process_daily: true,
    })
    expect(done.told).toEqual(["My Heatpump already has another heatpump_elec, which is left unchanged."])
    expect(await setUp(api)).toMatchObject({ changed: 0 })
})

test("an app gets another name when a different app has its usual one", async () => {
    const { api } = await serve()
    await api.get("/app/add.json", { app: "myelectric", name: "My Heatpump" })
    const done = await setUp(api)
    expect(done.apps).toMatchObject([{ kind: "myheatpump", name: "My Heatpump emonscript", outcome: "made" }])
})

test("feeds are created even without the App module", async () => {
    const { api } = await serve({ apps: false })
    const done = await setUp(api)
    expect(done.feeds).toHaveLength(2)
    expect(done.told).toEqual([expect.stringContaining("no App module")])
})

test("reports an account that has reached its maximum number of nodes", async () => {
    const { api } = await serve()
    for (let i = 0; i < 32; i++)
        await api.post("/input/post", {}, { node: `n${i}`, time: 1, fulljson: '{"p":1}' })
    await expect(setUp(api)).rejects.toThrow('the maximum number of nodes, so "emonscript" cannot be added')
})
