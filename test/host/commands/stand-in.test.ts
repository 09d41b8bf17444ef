import { createServer } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ProjectCopy } from "../start/npm-start"

const KEY = "00112233445566778899aabbccddeeff"

let project: ProjectCopy
beforeAll(async () => {
    project = await ProjectCopy.make()
})
afterAll(() => project.remove())

function standIn(...args: string[]) {
    return project.command("cli/stand-in.ts", ...args)
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    await new Promise(resolve => server.close(resolve))
    if (address === null || typeof address === "string") throw new Error("the port has no number")
    return address.port
}

test("takes uploads with the printed key, shows them, and ends with Ctrl-C", async () => {
    const port = await freePort()
    const run = standIn("--port", `${port}`)
    await run.printed("for this run: ")
    const key = /for this run: ([0-9a-f]{32})$/m.exec(run.printedSoFar)![1]
    const response = await fetch(`http://127.0.0.1:${port}/input/post`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/x-www-form-urlencoded" },
        body: 'node=house&time=1770000000&fulljson={"power":1234.5}',
    })
    expect(await response.json()).toEqual({ success: true })
    await run.printed("2026-02-02T02:40:00Z house/power 1234.5\n")
    run.ctrlC()
    expect(await run.ended).toMatchObject({ code: 0, stderr: "" })
})

test("keeps a chosen key to itself, and with --quiet the values too", async () => {
    const port = await freePort()
    const run = standIn("--port", `${port}`, "--key", KEY, "--quiet", "--emoncms-version", "9.8.10")
    await run.printed("Inputs and feeds: ")
    const response = await fetch(`http://127.0.0.1:${port}/input/post?node=house&json={power:1}`, {
        headers: { Authorization: `Bearer ${KEY}` },
    })
    expect(await response.text()).toBe("ok")
    run.signal("SIGTERM")
    const { code, stdout } = await run.ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^EmonCMS 9\.8\.10 \(stand-in\) at http:\/\/127\.0\.0\.1:\d+/)
    expect(stdout).not.toContain(KEY)
    expect(stdout).not.toContain("house/power")
})

test("says which port is taken, and what to do", async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, "127.0.0.1", resolve))
    const address = other.address()
    const port = address !== null && typeof address !== "string" ? address.port : 0
    const { code, stderr } = await standIn("--port", `${port}`).ended
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`npm run stand-in: port ${port} is in use. Choose another one with --port.\n`)
})

test.each([
    { args: ["--port", "0"], error: "It must be a whole number from 1 to 65535." },
    { args: ["--key", `${KEY}0`], error: "A key has 32 characters, 0-9 and a-f." },
])("refuses $args.0", async ({ args, error }) => {
    const { code, stderr } = await standIn(...args).ended
    expect(code).toBe(1)
    expect(stderr).toContain(error)
    expect(stderr).not.toContain(KEY)
})
