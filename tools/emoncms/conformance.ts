import { randomBytes } from "node:crypto"
import { deflateSync } from "node:zlib"
import { NotEmonCmsError } from "./errors"
import { fetchWhole, type WholeAnswer } from "./fetch-whole"

/** A server to be asked, and its keys. */
export interface AskedServer {
    readonly url: string
    readonly writeKey: string
    readonly readKey: string
}

/** One request of the comparison. `NODE`, `INPUT` and `FEED` are placeholders for names and ids that are known at run time. */
export interface Case {
    readonly name: string
    readonly method?: "POST" | "HEAD"
    readonly path: string
    readonly form?: string
    /** A body to be sent deflated, instead of a form. */
    readonly packed?: string
    readonly key?: "write" | "read" | "wrong" | "none"
}

/** A server's answer. What differs between any two servers of one version is replaced by placeholders. */
export interface Answered {
    readonly status: number
    readonly contentType: string
    readonly body: string
}

/** The time from which the offsets of rows count. */
const BASE = 1_700_000_000

const ROWS = '[[0,"NODE",{"power":12.5},{"energy":100}],[10,"NODE",{"power":13.5},{"energy":101}]]'
const OBJECTS = '[[20,"NODE",{"power":1,"energy":2,"voltage":3}]]'
const LOG_IN_JSON = '[{"fn":"process__log_to_feed","args":[FEED]}]'
const READ_BACK: Case = { name: "what is stored now", path: "/input/get.json?node=NODE" }

/**
 * Requests in which EmonCMS's versions differ or on which the program relies, in the order in which they are sent. They
 * create one node and one feed.
 */
export const CASES: readonly Case[] = [
    { name: "version", path: "/version" },
    { name: "session", path: "/user/session.json" },
    { name: "session, read key", path: "/user/session.json", key: "read" },
    { name: "session, no key", path: "/user/session.json", key: "none" },
    { name: "session, wrong key", path: "/user/session.json", key: "wrong" },
    { name: "session, HEAD", method: "HEAD", path: "/user/session.json" },
    ...(["write", "read", "none", "wrong"] as const).map(key => ({
        name: `the check of the key, ${key} key`,
        path: "/input/bulk.json",
        form: "data=[]",
        key,
    })),
    { name: "input/get of nothing", path: "/input/get.json?node=NODE&name=power" },
    { name: "an object for each value", path: `/input/bulk.json?time=${BASE}`, form: `data=${ROWS}` },
    READ_BACK,
    { name: "the same again", path: `/input/bulk.json?time=${BASE}`, form: `data=${ROWS}` },
    { name: "several values in an object", path: `/input/bulk.json?time=${BASE}`, form: `data=${OBJECTS}` },
    READ_BACK,
    { name: "a packed body", path: `/input/bulk.json?cb=1&time=${BASE + 100}`, packed: ROWS },
    READ_BACK,
    { name: "packed digits", path: `/input/bulk.json?c=1&time=${BASE + 200}`, form: "data=HEX" },
    READ_BACK,
    {
        name: "a row that is no list",
        path: `/input/bulk.json?time=${BASE}`,
        form: 'data=[[0,"NODE",1],5,[9,"NODE",2]]',
    },
    {
        name: "a node that is an object",
        path: `/input/bulk.json?time=${BASE}`,
        form: 'data=[[0,{"a":1},{"power":1}]]',
    },
    { name: "broken JSON", path: "/input/bulk.json", form: 'data=[[0,"NODE"' },
    { name: "no data", path: "/input/bulk.json", form: "data=" },
    { name: "no body", path: "/input/bulk.json", form: "" },
    {
        name: "bulk with fulljson",
        path: `/input/bulk.json?fulljson=1&time=${BASE}`,
        form: 'data=[[0,"NODE",{"power":5}]]',
    },
    { name: "post with fulljson", path: "/input/post", form: `node=NODE&time=${BASE}&fulljson={"power":6}` },
    { name: "post without data", path: "/input/post", form: "node=NODE" },
    { name: "post, read key", path: "/input/post", form: 'node=NODE&fulljson={"power":7}', key: "read" },
    READ_BACK,
    { name: "input/get, read key", path: "/input/get.json?node=NODE&name=power", key: "read" },
    { name: "input/get, no key", path: "/input/get.json?node=NODE&name=power", key: "none" },
    { name: "input/get, unknown input", path: "/input/get.json?node=NODE&name=nothing" },
    { name: "unknown action", path: "/input/postx", form: "data=[]" },
    { name: "unknown module", path: "/nosuch.json" },
    {
        name: "a prefix too many",
        path: `/emoncms/input/bulk.json?time=${BASE}`,
        form: 'data=[[0,"NODE",{"power":8}]]',
    },
    {
        name: "a feed",
        path: "/feed/create.json?tag=NODE&name=power&datatype=1&engine=5&options=%7B%22interval%22%3A10%7D&unit=W",
    },
    {
        name: "the same feed",
        path: "/feed/create.json?tag=NODE&name=power&datatype=1&engine=5&options=%7B%22interval%22%3A10%7D&unit=W",
    },
    {
        name: "a process list in JSON",
        path: "/input/process/set.json?inputid=INPUT",
        form: `processlist=${LOG_IN_JSON}`,
    },
    { name: "the list", path: "/input/process/get.json?inputid=INPUT" },
    {
        name: "the list, by names",
        path: "/input/process/set.json?inputid=INPUT",
        form: "processlist=process__log_to_feed:FEED",
    },
    { name: "the list", path: "/input/process/get.json?inputid=INPUT" },
    {
        name: "the list, by numbers",
        path: "/input/process/set.json?inputid=INPUT",
        form: "processlist=1:FEED",
    },
    { name: "the list", path: "/input/process/get.json?inputid=INPUT" },
    { name: "rows into the feed", path: `/input/bulk.json?time=${BASE + 1000}`, form: `data=${ROWS}` },
    { name: "the feed's newest value", path: "/feed/timevalue.json?id=FEED" },
    {
        name: "the feed's values",
        path: `/feed/data.json?id=FEED&start=${BASE}000&end=${BASE + 2000}000&interval=1000`,
    },
]

/**
 * Sends all requests to one server.
 * @param node a node that the server does not have yet
 * @throws EmonCmsError when the server cannot be reached, or is not EmonCMS
 */
export async function interview(server: AskedServer, node: string): Promise<Answered[]> {
    const answers: Answered[] = []
    let feed = "0"
    for (const asked of CASES) {
        const input = asked.path.includes("INPUT") ? await inputId(server, node) : "0"
        const fill = (text: string) =>
            text
                .replaceAll("NODE", node)
                .replaceAll("INPUT", input)
                .replaceAll("FEED", feed)
                .replaceAll("HEX", () => deflateSync(ROWS.replaceAll("NODE", node)).toString("hex"))
        const { response, body } = await send(server, asked, fill)
        feed = /"feedid":(\d+)/.exec(body)?.[1] ?? feed
        answers.push({
            status: response.status,
            contentType: response.headers.get("Content-Type") ?? "",
            body: alike(body, node, feed),
        })
    }
    return answers
}

async function send(
    { url, writeKey, readKey }: AskedServer,
    { method, path, form, packed, key = "write" }: Case,
    fill: (text: string) => string,
): Promise<WholeAnswer> {
    const keys = {
        write: writeKey,
        read: readKey,
        wrong: randomBytes(16).toString("hex"),
        none: undefined,
    }
    const headers: Record<string, string> = {}
    if (keys[key] !== undefined) headers.Authorization = `Bearer ${keys[key]}`
    if (form !== undefined) headers["Content-Type"] = "application/x-www-form-urlencoded"
    const body = packed === undefined ? form && fill(form) : new Uint8Array(deflateSync(fill(packed)))
    const posts = form !== undefined || packed !== undefined
    return fetchWhole(url + fill(path), { method: method ?? (posts ? "POST" : "GET"), headers, body })
}

async function inputId(server: AskedServer, node: string): Promise<string> {
    const { response, body } = await send(server, { name: "", path: "/input/list.json" }, text => text)
    const list = parsed(body.slice(body.lastIndexOf("\n") + 1))
    if (!Array.isArray(list)) throw new NotEmonCmsError(response.status)
    return list.find(input => input?.nodeid === node && input.name === "power")?.id ?? "0"
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text)
    } catch {
        return undefined
    }
}

/** Replaces what is specific to one server: ids, folders, line numbers, and HTML pages. */
function alike(body: string, node: string, feed: string): string {
    if (/^<!doctype html>/i.test(body)) return "(a page)"
    return body
        .replaceAll(node, "NODE")
        .replace(/"feedid":\d+/g, '"feedid":FEED')
        .replace(new RegExp(`(?<=[1"]?1:)${feed}(?!\\d)`, "g"), "FEED")
        .replace(/(in (?:<b>)?)\/[^\s<]*?((?:Modules|Lib)\/[^\s<:(]+|[^\s<:(/]+\.php)/g, "$1$2")
        .replace(/^(#\d+ ).*$/gm, "$1(a call)")
        .replace(/(on line <b>|\.php:)\d+/g, "$1LINE")
        .replace(/(from float )[\d.]+/g, "$1NUMBER")
        .replace(/(?<=thrown in <b>).*?(?=<\/b>)/g, "FILE")
}
