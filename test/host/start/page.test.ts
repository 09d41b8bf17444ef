import { once } from "node:events"
import { readdir, readFile, readlink } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ProjectCopy, type Run } from "./npm-start"

const LISTENS = "0A"
const RUNNING = "Ctrl-C ends it."

let project: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make()
})

afterAll(() => project.remove())

/** All ports at which a command listens. */
async function portsOf(run: Run): Promise<number[]> {
    const inodes = new Set<string>()
    for (const pid of await run.processes()) {
        for (const fd of await readdir(`/proc/${pid}/fd`)) {
            const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")
            inodes.add(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? "")
        }
    }
    const sockets = (await readFile("/proc/net/tcp", "utf8")).trim().split("\n").slice(1)
    return sockets.flatMap(line => {
        // number local remote state queues timer retransmits user timeout inode
        const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/)
        return state === LISTENS && inodes.has(inode) ? [Number.parseInt(local.split(":")[1]!, 16)] : []
    })
}

/** The addresses of the live pages that a command serves. */
async function pagesOf(run: Run): Promise<string[]> {
    const answers = await Promise.all(
        (await portsOf(run)).map(async port => {
            const url = `http://127.0.0.1:${port}/`
            const text = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
                answer => answer.text(),
                () => "",
            )
            return text.includes("<title>emonscript</title>") ? [url] : []
        }),
    )
    return answers.flat()
}

test("--page with a port that is in use ends with one sentence", async () => {
    const other = createServer().listen(0, "127.0.0.1")
    await once(other, "listening")
    const { port } = other.address() as AddressInfo
    try {
        const { code, stderr } = await project.start("--page", String(port)).ended
        expect(stderr).toBe(
            `npm start: port ${port} is taken; choose another one for the live page with --page\n`,
        )
        expect(code).toBe(1)
    } finally {
        other.close()
    }
})

test("serves the page at the address that it prints", async () => {
    const run = project.start()
    await run.printed(RUNNING)
    const [, said] = /^Live page: (\S+)$/m.exec(run.printedSoFar)!
    expect(await pagesOf(run)).toEqual([said])
    run.ctrlC()
    expect((await run.ended).code).toBe(0)
})

test("--no-page neither serves nor mentions a page", async () => {
    const run = project.start("--no-page")
    await run.printed(RUNNING)
    expect(await portsOf(run)).not.toEqual([])
    expect(await pagesOf(run)).toEqual([])
    run.ctrlC()
    const { code, stdout } = await run.ended
    expect(stdout).not.toContain("page")
    expect(code).toBe(0)
})
