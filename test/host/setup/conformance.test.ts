import { request as ask, createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { interview } from "../../../tools/emoncms/conformance"
import { NotEmonCmsError, ServerUnreachableError } from "../../../tools/emoncms/errors"
import { fetchWhole } from "../../../tools/emoncms/fetch-whole"
import { type Outcome, ProjectCopy } from "../start/npm-start"

const KEY = "0123456789abcdef0123456789abcdef"
const READ_KEY = "fedcba9876543210fedcba9876543210"

let project: ProjectCopy
let closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
    project = await ProjectCopy.make()
})

afterEach(async () => {
    for (const close of closing) await close()
    closing = []
})

afterAll(() => project.remove())

async function standIn(version: string): Promise<string> {
    const server = new EmonCmsServer({ clock: wallClock, writeKey: KEY, readKey: READ_KEY, version })
    closing.push(() => server.close())
    return (await server.listen()).url
}

/** A web server that gives every request the same answer; without a body it never answers. */
function saying(status: number, body?: string): Promise<string> {
    return serving((_, response) => {
        if (body !== undefined) response.writeHead(status).end(body)
    })
}

async function serving(answer: RequestListener): Promise<string> {
    const web = createServer(answer)
    await new Promise<void>(resolve => web.listen(0, "127.0.0.1", resolve))
    closing.push(() => {
        web.closeAllConnections()
        return new Promise(resolve => web.close(resolve))
    })
    return `http://127.0.0.1:${(web.address() as AddressInfo).port}`
}

function compare(url: string, key = KEY, readKey = READ_KEY): Promise<Outcome> {
    const args = ["--emoncms", url, "--key", key, "--read-key", readKey, "--json"]
    return project.command("cli/conformance.ts", ...args).ended
}

/** Expects one sentence without a stack trace, and nothing that is secret. */
function expectSentence({ code, stdout, stderr }: Outcome, words: RegExp): void {
    expect(stderr).toMatch(words)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(stdout + stderr).not.toMatch(/0123456789abcdef|fedcba9876543210|secret/)
    expect(code).toBe(1)
}

test.each(["11.16.8", "10.2.7-php8.2"])("the stand-in for %s answers like itself", async version => {
    const { code, stdout, stderr } = await compare(await standIn(version))
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(JSON.parse(stdout)).toMatchObject({ version, different: 0 })
})

test("shows both answers where the server differs from the stand-in", async () => {
    const behind = await standIn("11.16.8")
    const url = await serving((request, response) => {
        if (request.url === "/user/session.json") return response.end(`{"odd":"${KEY}"}`)
        const { method, headers } = request
        const forwarded = ask(behind + request.url, { method, headers }, answer => {
            response.writeHead(answer.statusCode!, answer.headers)
            answer.pipe(response)
        })
        request.pipe(forwarded)
    })
    const { code, stdout, stderr } = await compare(url)
    expect(stderr).toMatch(
        /^session: \/user\/session\.json\n {2}real {5}200 .*odd.*\n {2}stand-in 200 .*userid/m,
    )
    expect(stderr).not.toContain(KEY)
    expect(JSON.parse(stdout).different).toBeGreaterThan(0)
    expect(code).toBe(1)
})

describe("one sentence about", () => {
    test.each([
        [
            "a key with a line break",
            "http://pi",
            `${KEY.slice(0, 16)}\n${KEY.slice(16)}`,
            /--key <key>.*has 33 characters/s,
        ],
        ["a password in the address", "http://me:secret@pi", KEY, /contains a user name or a password/],
        ["a slash in that password", "http://me:s/secret@pi", KEY, /has an invalid port/],
        ["a page's address", "http://pi/input/view", KEY, /leads to a page of EmonCMS/],
    ])("%s", async (_, url, key, words) => {
        expectSentence(await compare(url, key), words)
    })

    test("an address without a server", async () => {
        const url = await saying(200, "")
        await closing.pop()!()
        expectSentence(
            await compare(url),
            /^npm run conformance: \S+ cannot be reached \(ECONNREFUSED\)\. Check.*\.$/m,
        )
    })

    test.each([
        ["a web page", 200, "<!doctype html><html></html>"],
        ["a wrong path", 404, "Not Found"],
    ])("%s", async (_, status, body) => {
        expectSentence(await compare(await saying(status, body)), /no EmonCMS at this path \(status \d+\)/)
    })

    test("a wrong key, and keys in the wrong place", async () => {
        const url = await standIn("11.16.8")
        expectSentence(await compare(url, KEY.replace("0", "f")), /EmonCMS does not know the key/)
        expectSentence(
            await compare(url, KEY, READ_KEY.replace("f", "0")),
            /--read-key: EmonCMS does not know/,
        )
        expectSentence(await compare(url, KEY, KEY), /--read-key: this key can write/)
    })
})

test("a page in the middle of the comparison is not taken for a list of inputs", async () => {
    const server = {
        url: await saying(200, "<!doctype html><html></html>"),
        writeKey: KEY,
        readKey: READ_KEY,
    }
    await expect(interview(server, "node")).rejects.toBeInstanceOf(NotEmonCmsError)
})

test("a request to a server that stays silent ends", async () => {
    const silent = await saying(200)
    await expect(fetchWhole(silent, {}, 100)).rejects.toMatchObject({
        name: ServerUnreachableError.name,
        reason: "no answer in time",
    })
})
