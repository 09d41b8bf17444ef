import { cp } from "node:fs/promises"
import { afterAll, afterEach, beforeAll, expect, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { captureFile, decodedByPymodbus } from "../end-to-end/captures"
import { endForeignTools, portPair, startPython, testWithForeignTools } from "../line/foreign-tools"
import { lastLine, ProjectCopy } from "./npm-start"

/** Intervals short enough for a run in real time. */
const HASTY = JSON.stringify({
    line: { driver: "jacdac-serial" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 1,
    uploadSeconds: 2,
})

let project: ProjectCopy
let hasty: ProjectCopy

beforeAll(async () => {
    project = await ProjectCopy.make()
    hasty = await ProjectCopy.make({ "devicescript.json": HASTY })
})

afterEach(endForeignTools)

afterAll(async () => {
    await project.remove()
    await hasty.remove()
})

const COUNTERS = [
    "readings",
    "accepted",
    "queued",
    "dropped",
    "recovered",
    "thinned",
    "crowdedOut",
    "damaged",
    "undatable",
    "refused",
    "orphaned",
    "overrun",
    "presumed",
    "lineErrors",
    "uploadErrors",
    "requests",
    "bytesSent",
    "unsaved",
    "driver",
    "store",
    "image",
]

test("--seconds ends the run with its counters, and --record has each accepted value", async () => {
    const run = project.npmStart("--seconds", "60", "--json", "--speed", "60", "--record", "values.jsonl")
    const outcome = await run.ended
    expect(outcome).toMatchObject({ code: 0, stderr: "" })
    const counters = lastLine(outcome)
    expect(Object.keys(counters)).toEqual(COUNTERS)
    expect(counters.accepted).toBeGreaterThan(0)
    expect(counters).toMatchObject({ dropped: 0, lineErrors: 0, uploadErrors: 0 })
    expect(counters.readings).toBe(counters.accepted! + counters.queued!)
    expect(outcome.stdout.match(/heatpump: \d+\.\d V/g)).toHaveLength(counters.readings!)

    const values = await project.recorded("values.jsonl")
    expect(values.filter(({ input }) => input === "power")).toHaveLength(counters.accepted!)
    for (const value of values) {
        expect(Object.keys(value)).toEqual(["time", "node", "input", "value"])
        expect(value.node).toBe("emonscript")
        expect(value.time % 10).toBe(0)
    }
    expect(await run.processes()).toEqual([])
})

test("--seconds counts the device's time at any speed", async () => {
    const outcome = await project.start("--seconds", "600", "--json", "--speed", "1000").ended
    const counters = lastLine(outcome)
    expect(counters.readings).toBeGreaterThanOrEqual(57)
    expect(counters.readings).toBeLessThanOrEqual(61)
    expect(counters).toMatchObject({ dropped: 0, lineErrors: 0, uploadErrors: 0 })
})

test.each(["10.2.7-php8.2", "10.8.5-php8.2", "11.0.9-php8.2"])(
    "--emoncms-version %s accepts the readings despite PHP notices",
    async version => {
        const options = ["--emoncms-version", version, "--seconds", "60", "--json", "--speed", "60"]
        const outcome = await project.start(...options).ended
        const counters = lastLine(outcome)
        expect(counters.accepted).toBeGreaterThan(0)
        expect(counters).toMatchObject({ dropped: 0, uploadErrors: 0 })
    },
)

test("--replay delivers exactly the values of a file", async () => {
    await cp(captureFile("pzem-ac-responses"), project.path("frames.txt"))
    const options = ["--replay", "frames.txt", "--seconds", "400", "--json", "--speed", "100"]
    const outcome = await project.start(...options, "--record", "replayed.jsonl").ended
    const expected = decodedByPymodbus("pzem-ac-responses")
    expect(lastLine(outcome)).toMatchObject({ readings: 33, accepted: 33, queued: 0, dropped: 0 })
    const values = await project.recorded("replayed.jsonl")
    for (const input of Object.keys(expected[0]!)) {
        const received = values.filter(value => value.input === input).map(({ value }) => value)
        expect(received, input).toEqual(expected.map(reading => reading[input]))
    }
})

test("--emoncms uploads to another server, and --record has the values it accepted", async () => {
    const server = new EmonCmsServer({ clock: wallClock })
    const accepted: unknown[] = []
    server.onAccepted(({ time, node, input, value }) => accepted.push({ time, node, input, value }))
    const { url } = await server.listen()
    try {
        const options = ["--emoncms", url, "--key", server.writeKey, "--node", "elsewhere"]
        const outcome = await hasty.start(...options, "--seconds", "12", "--json", "--record", "real.jsonl")
            .ended
        expect(lastLine(outcome).accepted).toBeGreaterThan(2)
        expect(await hasty.recorded("real.jsonl")).toEqual(accepted)
        expect([...server.inputs().keys()]).toEqual(["elsewhere"])
        expect(outcome.stdout + outcome.stderr).not.toContain(server.writeKey)
    } finally {
        await server.close()
    }
})

testWithForeignTools("--serial polls a pymodbus slave", async () => {
    const { ours, theirs } = await portPair()
    await startPython("pymodbus_slave.py", theirs, "1")
    const outcome = await hasty.start(
        "--serial",
        ours,
        "--seconds",
        "12",
        "--json",
        "--record",
        "serial.jsonl",
    ).ended
    const counters = lastLine(outcome)
    expect(counters.accepted).toBeGreaterThan(2)
    expect(counters).toMatchObject({ dropped: 0, lineErrors: 0, uploadErrors: 0 })
    const values = await hasty.recorded("serial.jsonl")
    const last = (name: string) => values.filter(({ input }) => input === name).at(-1)?.value
    // The registers of pymodbus_slave.py.
    expect(last("voltage")).toBe(225.7)
    expect(last("current")).toBe(0.108)
    expect(last("power")).toBe(24.4)
    expect(last("energy")).toBe(38)
    expect(last("frequency")).toBe(50)
    expect(last("power_factor")).toBe(1)
})

testWithForeignTools("--scan with --serial finds a pymodbus slave", async () => {
    const { ours, theirs } = await portPair()
    await startPython("pymodbus_slave.py", theirs, "1")
    const { code, stdout } = await hasty.start("--scan", "1-3", "--serial", ours).ended
    expect(stdout).toContain("address 1: heatpump")
    expect(stdout).toContain("1 of addresses 1 to 3 answer")
    expect(code).toBe(0)
})

testWithForeignTools("ends with a sentence when the adapter is pulled out", async () => {
    const { ours, theirs, unplug } = await portPair()
    await startPython("pymodbus_slave.py", theirs, "1")
    const run = hasty.start("--serial", ours)
    await run.printed("225.7 V")
    unplug()
    const { code, stderr } = await run.ended
    expect(stderr).toBe(`npm start: ${ours}: the port has disappeared; plug the adapter in and start again\n`)
    expect(code).toBe(1)
})
