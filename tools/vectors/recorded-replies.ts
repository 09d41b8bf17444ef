/**
 * Writes recorded replies of a real EmonCMS as TypeScript, because the VM cannot read files. Run from the top folder, then
 * format:
 *
 *     npx tsx tools/vectors/recorded-replies.ts && npx biome check --write test/device
 */
import { readFileSync, writeFileSync } from "node:fs"

interface Response {
    status: number
    body: string | null
    body_match?: string
    raw?: string
}

interface Vector {
    name: string
    /** Releases that gave this answer; only in the recordings of old releases. */
    version?: string[]
    sequence: string
    request: { method: string; path: string; headers: Record<string, string> }
    response: Response
    nginx?: { response?: Response }
}

const SOURCE = "test/data/emoncms/vectors.json"
const OLD_SOURCE = "test/data/emoncms/old-vectors.json"
const vectors: Vector[] = JSON.parse(readFileSync(SOURCE, "utf8"))
const oldVectors: Vector[] = JSON.parse(readFileSync(OLD_SOURCE, "utf8"))

function write(file: string, doc: string, type: string, entries: object[], source = SOURCE): void {
    const lines = entries.map(entry => `    ${JSON.stringify(entry)},`)
    const head = `// Written by tools/vectors/recorded-replies.ts from ${source}.`
    writeFileSync(file, `${head}\n\n${doc}\nexport const ${type} = [\n${lines.join("\n")}\n]\n`)
}

/** The answers of both web servers to a request. */
function responsesOf(vector: Vector): { stack: string; response: Response }[] {
    const nginx = vector.nginx?.response
    return [
        { stack: "Apache", response: vector.response },
        ...(nginx ? [{ stack: "nginx", response: nginx }] : []),
    ]
}

function framings(): object[] {
    return vectors.flatMap(vector =>
        responsesOf(vector)
            .filter(({ response }) => response.raw !== undefined)
            .map(({ stack, response: { raw, status, body } }) => ({
                name: `${vector.name}, ${stack}`,
                raw,
                status,
                date: /^Date: (.*)\r$/m.exec(raw!)![1],
                body,
            })),
    )
}

/** Whether this is an upload, or an attempt with a wrong path. Encrypted posts do not count: they use another protocol. */
function isUpload({ sequence, request: { method, path, headers } }: Vector): boolean {
    if (sequence === "paths") return method === "GET" && !path.startsWith("/input/list")
    if (method !== "POST" || headers["Content-Type"]?.startsWith("aes128cbc")) return false
    return /^\/input\/(post|bulk)\b/.test(path)
}

/** The answers, with each pair of status and body only once. */
function answers(from: Vector[]): object[] {
    const found = new Map<string, object>()
    for (const vector of from) {
        for (const { response } of responsesOf(vector)) {
            const { status, body, body_match } = response
            const key = JSON.stringify([status, body])
            if (body === null || found.has(key)) continue
            const name = [vector.name, ...(vector.version?.slice(0, 1) ?? [])].join(", ")
            found.set(key, { name, status, body, complete: body_match !== "prefix" })
        }
    }
    return [...found.values()]
}

/** Whether this is an upload to an old release, and the part of the answer that matters was recorded. */
function isOldUpload({ request: { method, path }, response: { status, body, body_match } }: Vector): boolean {
    if (method !== "POST" || !/^\/input\/(post|bulk)\b/.test(path)) return false
    return !(status === 401 && body_match === "suffix" && !body?.includes("Invalid"))
}

write(
    "test/device/net/recorded-replies.ts",
    "/** Replies as they came over the wire, and what is in them. */",
    "RECORDED_REPLIES",
    framings(),
)
write(
    "test/device/emoncms/recorded-answers.ts",
    "/** Answers to uploads; `complete` is false where only the beginning of the body was recorded. */",
    "RECORDED_ANSWERS",
    answers(vectors.filter(isUpload)),
)
write(
    "test/device/emoncms/old-answers.ts",
    "/** Answers of older releases; of some only the beginning was recorded (not `complete`), or only the end. */",
    "OLD_ANSWERS",
    answers(oldVectors.filter(isOldUpload)),
    OLD_SOURCE,
)
