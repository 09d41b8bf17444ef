import { connect } from "node:net"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { Point } from "../../../sim/emoncms/inputs"
import { type EmonCmsOptions, EmonCmsServer } from "../../../sim/emoncms/server"
import { ToxicProxy } from "../../../sim/toxics/proxy"
import { ManualClock } from "./manual-clock"
import { exchange, KeptConnection } from "./raw-http"

const START = Date.parse("2026-11-22T08:00:00Z")

/** How long a test can wait for a socket before it fails; nothing is measured with it. */
const WAIT = { timeout: 10_000, interval: 1 }

const running: { close(): Promise<void> }[] = []

afterEach(async () => {
    for (const server of running.splice(0)) await server.close()
})

async function start(options: Partial<EmonCmsOptions> = {}) {
    const clock = new ManualClock(START)
    const server = new EmonCmsServer({ clock, ...options })
    running.push(server)
    return { clock, server, ...(await server.listen()) }
}

/** A request with its data as a form. */
function post(path: string, key: string, form: string, connection = "close"): string {
    return (
        `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nConnection: ${connection}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`
    )
}

function get(path: string, key: string): string {
    return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\nConnection: close\r\n\r\n`
}

describe("keys", () => {
    it("are random for each server and not valid at another", async () => {
        const one = await start()
        const other = await start()
        const keys = [one, other].flatMap(({ server }) => [server.writeKey, server.readKey])
        expect(new Set(keys).size).toBe(4)
        for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
        const own = await exchange(one.port, get("/user/session.json", one.server.writeKey))
        expect(own.body).toBe('{"userid":1,"type":"write"}')
        const foreign = await exchange(one.port, get("/user/session.json", other.server.writeKey))
        expect(foreign.status).toBe(401)
    })
})

describe("onAccepted", () => {
    it("reports each accepted value, in order", async () => {
        const { server, port } = await start()
        const accepted: Point[] = []
        server.onAccepted(point => accepted.push(point))
        const rows = '[[0,"m",{"p":1.5,"q":2}],[10,"m/",{"p":"x"}],[20,{},{"p":9}]]'
        await exchange(port, post("/input/bulk", server.writeKey, `time=1700000000&data=${rows}`))
        expect(accepted).toEqual([
            { time: 1700000000, node: "m", input: "p", value: 1.5 },
            { time: 1700000000, node: "m", input: "q", value: 2 },
            { time: 1700000010, node: "m", input: "p", value: 0 },
        ])
    })

    it("does not report dropped or refused values", async () => {
        const { server, port } = await start()
        const accepted: Point[] = []
        server.onAccepted(point => accepted.push(point))
        server.inputCreationDisabled = true
        const reply = await exchange(port, post("/input/post", server.writeKey, 'fulljson={"p":1}'))
        await exchange(port, post("/input/post", server.readKey, 'fulljson={"p":1}'))
        expect(reply.body).toBe('{"success": true}')
        expect(accepted).toEqual([])
        expect(server.inputs().size).toBe(0)
    })
})

describe("counters", () => {
    it("count requests and all their bytes", async () => {
        const { server, port } = await start()
        const requests = [
            post("/input/post", server.writeKey, "csv=1"),
            get("/version", "nonsense"),
            "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        for (const request of requests) await exchange(port, request)
        const bytesReceived = requests.join("").length
        expect(server.counters).toEqual({ requests: 3, bytesReceived })
    })
})

describe("time", () => {
    it("comes from the clock, in headers and for values without a time", async () => {
        const { clock, server, port } = await start()
        clock.advance(90_061_999)
        const reply = await exchange(port, post("/input/post", server.writeKey, "node=m&csv=1"))
        expect(reply.headers.get("Date")).toBe("Mon, 23 Nov 2026 09:01:01 GMT")
        expect(server.inputs().get("m")?.get("1")?.time).toBe(Date.parse("2026-11-23T09:01:01Z") / 1000)
        expect((await exchange(port, get("/time/server.json", server.readKey))).body).toBe("t09,01,01")
    })
})

describe("listening", () => {
    it("can stop and start again with the stored data", async () => {
        const { server, port } = await start()
        await exchange(port, post("/input/post", server.writeKey, "time=1&node=m&csv=5"))
        await server.close()
        await expect(exchange(port, get("/version", server.readKey))).rejects.toThrow("ECONNREFUSED")
        await server.listen(port)
        const reply = await exchange(port, get("/input/get/m/1.json", server.readKey))
        expect(reply.body).toBe('{"time":1,"value":5,"processList":""}')
    })

    it("fails on a port that is in use", async () => {
        const { server, port } = await start()
        const second = new EmonCmsServer({ clock: new ManualClock(START) })
        await expect(second.listen(port)).rejects.toThrow("EADDRINUSE")
        expect((await exchange(port, get("/version", server.readKey))).body).toBe("11.16.8")
    })
})

describe.each([
    ["content-length", 5000],
    ["chunked", 75_000],
] as const)("a kept connection, framing by %s", (framing, idleMs) => {
    it(`is closed after ${idleMs} ms without a request`, async () => {
        const { clock, server, port } = await start({ framing })
        const connection = new KeptConnection(port)
        const request = post("/input/post", server.writeKey, "csv=1", "keep-alive")
        expect((await connection.exchange(request)).body).toBe("ok")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(idleMs - 1)
        expect((await connection.exchange(request)).body).toBe("ok")
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(idleMs)
        expect(await connection.end()).toBe("")
    })
})

describe("a client that stalls", () => {
    const unfinishedHead = "POST /input/post HTTP/1.1\r\nHost: 127.0.0.1\r\n"

    async function stall(
        framing: "content-length" | "chunked",
        request: (key: string) => string,
        ms: number,
    ) {
        const { clock, server, port } = await start({ framing })
        const connection = new KeptConnection(port)
        const bytes = request(server.writeKey)
        connection.send(bytes)
        await vi.waitFor(() => expect(server.counters.bytesReceived).toBe(bytes.length), WAIT)
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(ms)
        return { server, received: await connection.end() }
    }

    const unfinishedBody = (key: string) => post("/input/post", key, 'fulljson={"p":1}').slice(0, -1)

    it("in the head gets 408 from Apache and nothing from nginx", async () => {
        const apache = await stall("content-length", () => unfinishedHead, 20_000)
        expect(apache.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
        const nginx = await stall("chunked", () => unfinishedHead, 60_000)
        expect(nginx.received).toBe("")
    })

    it("in the head of a second request gets the timeout for heads, not the idle one", async () => {
        const { clock, server, port } = await start()
        const connection = new KeptConnection(port)
        await connection.exchange(post("/input/post", server.writeKey, "csv=1", "keep-alive"))
        await vi.waitFor(() => expect(clock.pending).toBe(1), WAIT)
        clock.advance(4999)
        const before = server.counters.bytesReceived
        connection.send(unfinishedHead)
        await vi.waitFor(() => expect(server.counters.bytesReceived).toBeGreaterThan(before), WAIT)
        clock.advance(19_999)
        expect(clock.pending).toBe(1)
        clock.advance(1)
        expect(await connection.end()).toMatch(/^HTTP\/1\.1 408 /)
    })

    it("in the body gets an answer from Apache and nothing from nginx", async () => {
        const apache = await stall("content-length", unfinishedBody, 10_100)
        expect(apache.received).toContain("HTTP/1.1 200 OK")
        expect(apache.received).toContain('{"success": false, "message": "Input in not a valid JSON object"}')
        const nginx = await stall("chunked", unfinishedBody, 60_000)
        expect(nginx.received).toBe("")
        expect(apache.server.inputs().size + nginx.server.inputs().size).toBe(0)
    })
})

describe("a client that disconnects", () => {
    it("before the end of its request stores nothing", async () => {
        const { server, port } = await start()
        const request = post("/input/post", server.writeKey, "csv=1").replace("Length: 5", "Length: 6")
        const socket = connect(port, "127.0.0.1")
        socket.write(request)
        await vi.waitFor(() => expect(server.counters.bytesReceived).toBe(request.length), WAIT)
        socket.resetAndDestroy()
        await exchange(port, get("/version", server.readKey))
        expect(server.inputs().size).toBe(0)
    })

    it("before the reply still stores everything", async () => {
        const { clock, server, port } = await start()
        const proxy = new ToxicProxy({ clock, target: { host: "127.0.0.1", port } })
        running.push(proxy)
        await proxy.add({ type: "limit_data", bytes: 0 })
        const request = post("/input/bulk", server.writeKey, 'time=1700000000&data=[[0,"m",1],[10,"m",2]]')
        const lost = exchange((await proxy.listen()).port, request)
        await expect(lost).rejects.toThrow("no reply")
        expect(server.inputs().get("m")?.get("1")).toEqual({ time: 1700000010, value: 2 })
    })
})

describe("/feed/data", () => {
    // The answers are those of a real EmonCMS 11.16.8 after the same requests.
    it.each([
        [
            "start=1700000000&end=1700000070&interval=10",
            "[[1700000000000,0],[1700000010000,5],[1700000020000,10],[1700000030000,15],[1700000040000,null]," +
                "[1700000050000,null],[1700000060000,30],[1700000070000,null]]",
        ],
        [
            "start=1699999985&end=1700000075&interval=15",
            "[[1699999985000,null],[1700000000000,0],[1700000015000,5],[1700000030000,15],[1700000045000,null]," +
                "[1700000060000,30],[1700000075000,null]]",
        ],
        [
            "start=1699999985&end=1700000075&interval=15&limitinterval=1&skipmissing=1&timeformat=unix",
            "[[1700000005,0],[1700000025,10]]",
        ],
        [
            "start=1700000000000&end=1700000020000&interval=original",
            "[[1700000000000,0],[1700000010000,5],[1700000020000,10]]",
        ],
        [
            "start=1700000070&end=1700000070&interval=1",
            '{"success":false,"message":"Request end time before start time"}',
        ],
        [
            "start=0&end=1700000070&interval=1",
            '{"success":false,"message":"request datapoint limit reached (20000), increase request interval or ' +
                'reduce time range, requested datapoints = 1700000070"}',
        ],
        ["start=1700000000&end=1700000070", '{"success":false,"message":"Invalid interval"}'],
    ])("%s", async (query, answer) => {
        const { server, port } = await start()
        const write = (path: string, form: string) => exchange(port, post(path, server.writeKey, form))
        await write("/input/post", "node=m&time=1&json=p:0")
        await exchange(
            port,
            get("/feed/create.json?tag=t&name=f&engine=5&options={%22interval%22:10}", server.writeKey),
        )
        const steps = [
            { fn: "process__scale", args: [0.5] },
            { fn: "process__log_to_feed", args: ["1"] },
        ]
        const set = await write("/input/process/set.json?inputid=1", `processlist=${JSON.stringify(steps)}`)
        expect(JSON.parse(set.body)).toMatchObject({ success: true, encoded_processlist: "2:0.5,1:1" })
        for (const i of [0, 10, 20, 30, 60])
            await write("/input/post", `node=m&time=${1700000000 + i}&json=p:${i}`)
        const reply = await exchange(port, get(`/feed/data.json?id=1&${query}`, server.readKey))
        expect(reply.body).toBe(answer)
    })
})

describe("feeds", () => {
    /** A server with a feed that logs an input, whose values are the given seconds. */
    async function logged(engine: number, seconds: readonly number[], options: Partial<EmonCmsOptions> = {}) {
        const { server, port } = await start(options)
        const write = (path: string, form: string) => exchange(port, post(path, server.writeKey, form))
        const read = async (path: string) => (await exchange(port, get(path, server.readKey))).body
        await write("/input/post", "node=m&time=1&json=p:0")
        const create = `/feed/create.json?tag=t&name=f&engine=${engine}&options={%22interval%22:10}`
        await exchange(port, get(create, server.writeKey))
        const steps = [{ fn: "process__log_to_feed", args: [1] }]
        await write("/input/process/set.json?inputid=1", `processlist=${JSON.stringify(steps)}`)
        for (const s of seconds) await write("/input/post", `node=m&time=${1700000000 + s}&json=p:${s}`)
        return { server, port, read }
    }

    // From EmonCMS's source: the first value at or after the time, if it is before the next time.
    it("without slots show the first value of each interval", async () => {
        const { read } = await logged(2, [0, 5, 7, 30])
        const range = "start=1699999995&end=1700000035&interval=10"
        expect(await read(`/feed/data.json?id=1&${range}`)).toBe(
            "[[1699999995000,0],[1700000005000,5],[1700000015000,null],[1700000025000,30],[1700000035000,null]]",
        )
    })

    // From EmonCMS's source: without Redis's copy, it reads the last value from the feed's file.
    it.each([
        [2, '{"time":1700000033,"value":33}'],
        [5, '{"time":1700000030,"value":33}'],
    ])("of engine %i have a last value after Redis has lost it", async (engine, last) => {
        const { server, read } = await logged(engine, [0, 33])
        expect(await read("/feed/timevalue.json?id=1")).toBe('{"time":1700000033,"value":33}')
        server.flushRedis()
        expect(await read("/feed/timevalue.json?id=1")).toBe(last)
    })

    // From EmonCMS's history: the feed module reports an unknown action since 10.0.
    it.each([
        ["9.9.9", 200, "false"],
        ["10.0.0", 406, '{"success":false,"message":"406 Not Acceptable. Route not found"}'],
        ["11.16.8", 406, '{"success":false,"message":"406 Not Acceptable. Route not found"}'],
    ])("of %s have no action of another name", async (version, status, body) => {
        const { server, port } = await logged(5, [], { version })
        expect(await exchange(port, get("/feed/nosuch.json?id=1", server.readKey))).toMatchObject({
            status,
            body,
        })
    })
})

describe("a node that another program writes to", () => {
    it("has the time of that, but no other values", async () => {
        const { server, port } = await start()
        await exchange(
            port,
            post("/input/post", server.writeKey, 'time=1700000000&node=m&json={"p":1,"q":2}'),
        )
        await exchange(port, post("/input/post", server.writeKey, 'time=1700000000&node=n&json={"p":3}'))
        server.touchInputs("m", 1700000077)
        server.touchInputs("no such node", 1700000088)
        const shown = [...server.inputs()].map(([node, inputs]) => [node, Object.fromEntries(inputs)])
        expect(Object.fromEntries(shown)).toEqual({
            m: { p: { time: 1700000077, value: 1 }, q: { time: 1700000077, value: 2 } },
            n: { p: { time: 1700000000, value: 3 } },
        })
    })
})

describe("unusable content", () => {
    // The messages are those of a real EmonCMS 11.16.8.
    it.each([
        ["csv=1,,2", "Format error: csv value is not numeric"],
        ["json={p:x}", "Format error, json value is not numeric"],
        ["json={:1}", "Format error, json key missing or invalid character"],
    ])("of a post is refused: %s", async (form, message) => {
        const { server, port } = await start()
        const reply = await exchange(port, post("/input/post", server.writeKey, form))
        expect(JSON.parse(reply.body)).toEqual({ success: false, message })
        expect(server.inputs().size).toBe(0)
    })

    // From EmonCMS's source: PHP's `preg_replace` returns null for text that is no UTF-8, and `explode` gets it.
    it("of a post is refused if it is no UTF-8", async () => {
        const { server, port } = await start()
        const reply = await exchange(port, post("/input/post", server.writeKey, "json=p%FF:1"))
        const [notice, answer] = reply.body.split("<br />\n").slice(-2)
        expect(notice).toMatch(
            /^<b>Deprecated<\/b>: {2}explode\(\): Passing null .*input_methods\.php<\/b> on line <b>162<\/b>$/,
        )
        expect(JSON.parse(answer!)).toEqual({
            success: false,
            message: "Format error: csv value is not numeric",
        })
    })

    // PHP's messages; which rows stay stored was measured on a real EmonCMS 11.16.8.
    it.each([
        ["a last row that is an object", '{"p":2}', "Error: Cannot use object of type stdClass as array", 0],
        [
            "a list as a value",
            '[5,"m",[1]]',
            "TypeError: strlen(): Argument #1 ($string) must be of type string, array given",
            1,
        ],
    ])("of a bulk stops PHP: %s", async (_, row, message, nodes) => {
        const { server, port } = await start()
        const form = `time=1700000000&data=[[0,"m",{"p":1}],${row}]`
        const reply = await exchange(port, post("/input/bulk", server.writeKey, form))
        expect(reply.status).toBe(200)
        expect(reply.body.startsWith(`<br />\n<b>Fatal error</b>:  Uncaught ${message} in `)).toBe(true)
        expect(server.inputs().size).toBe(nodes)
    })

    // From EmonCMS's source: older PHP counts what is no list as one row, in which it then finds no time.
    it.each([
        [
            "5",
            /^\{"success": false, "message": "Format error, last item in bulk data does not contain any data"\}$/,
        ],
        [
            '{"a":1}',
            /^<br \/>\n<b>Fatal error<\/b>: {2}Uncaught Error: Cannot use object of type stdClass as array in /,
        ],
    ])("of a bulk on an old server is refused in its own way: %s", async (data, body) => {
        const { server, port } = await start({ version: "9.9.9" })
        const reply = await exchange(
            port,
            post("/input/bulk", server.writeKey, `time=1700000000&data=${data}`),
        )
        expect(reply.body).toMatch(body)
    })

    it("of an encrypted post is refused if it cannot be decrypted", async () => {
        const { server, port } = await start()
        const body = Buffer.alloc(20).toString("base64")
        const request =
            `POST /input/post HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: 1:${"0".repeat(64)}\r\n` +
            `Connection: close\r\nContent-Type: aes128cbc\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        expect((await exchange(port, request)).body).toBe("invalid data")
        expect(server.inputs().size).toBe(0)
    })
})

describe("process lists", () => {
    // The answers are those of a real EmonCMS 11.16.8.
    it.each([
        ['[{"fn":"process__log_to_feed","args":[9]}]', "Invalid feed"],
        ['[{"fn":"process__nosuch","args":[9]}]', "Invalid process process key:process__nosuch"],
        ["x", "Invalid process list format: "],
        ["5", "Process list must be an array"],
        ['[{"fn":"process__scale","args":["x"]}]', "Value is not numeric"],
        ['[{"args":[]}]', "Missing process key in process list at index 0"],
        ['[{"fn":"process__scale"}]', "Invalid or missing args in process list at index 0"],
    ])("refuse %s", async (list, message) => {
        const { server, port } = await start()
        await exchange(port, post("/input/post", server.writeKey, "csv=1"))
        const path = "/input/process/set.json?inputid=1"
        const reply = await exchange(port, post(path, server.writeKey, `processlist=${list}`))
        expect(JSON.parse(reply.body)).toEqual({ success: false, message })
    })
    // From EmonCMS's source.
    it.each([
        ["process__log_to_feed:9", "Invalid feed"],
        ["process__scale:x", "Value is not numeric"],
    ])("in the older form refuse %s", async (list, message) => {
        const { server, port } = await start({ version: "11.4.11" })
        await exchange(port, post("/input/post", server.writeKey, "csv=1"))
        const path = "/input/process/set.json?inputid=1"
        const reply = await exchange(port, post(path, server.writeKey, `processlist=${list}`))
        expect(JSON.parse(reply.body)).toEqual({ success: false, message })
    })
})
