import { SerialCmd } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { DevtoolsLink } from "../../../sim/bus/devtools-link"
import { jacdacBus } from "../../../sim/bus/jacdac-bus"
import { wallClock } from "../../../sim/clock"
import { serveLine } from "../../../sim/line/jacdac-serial"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { hex } from "../meter/asking"
import { parrot, REPLY, REQUEST } from "./listening"
import { offersSerial, StandInDevtools } from "./stand-in-devtools"

const cleanups: (() => unknown)[] = []

afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function devtoolsOfTest(): StandInDevtools {
    const devtools = new StandInDevtools()
    cleanups.push(() => devtools.stop())
    return devtools
}

function link(port: number): string[] {
    const said: string[] = []
    const link = new DevtoolsLink(wallClock, sentence => said.push(sentence), port)
    const bus = jacdacBus(wallClock, link.transport)
    const line = new VirtualLine({ clock: wallClock, slaves: [parrot(1, REPLY)] })
    const served = serveLine(bus, line)
    link.start()
    cleanups.push(() => {
        link.stop()
        served.stop()
        return bus.stop()
    })
    return said
}

test("offers the line on devtools' bus and answers a poll that arrives in pieces", async () => {
    const devtools = devtoolsOfTest()
    const said = link(await devtools.listen())
    const report = await devtools.exchange(REQUEST, 25)
    expect(hex(report.data)).toBe(REPLY)
    expect(report.serviceCommand).toBe(SerialCmd.Received)
    expect(said).toEqual([expect.stringContaining("Connected to devtools")])
})

test("waits for devtools to start and reconnects after a restart", async () => {
    const placeholder = devtoolsOfTest()
    const port = await placeholder.listen()
    await placeholder.stop()
    const said = link(port)
    await expect
        .poll(() => said)
        .toEqual([expect.stringContaining("No connection to devtools: connect ECONNREFUSED")])
    for (let start = 0; start < 2; start++) {
        const devtools = devtoolsOfTest()
        await devtools.listen(port)
        await devtools.packet(offersSerial)
        await devtools.stop()
    }
    await expect.poll(() => said.length).toBe(5)
    expect(said.map(sentence => sentence.split(/[ :]/)[0])).toEqual([
        "No",
        "Connected",
        "No",
        "Connected",
        "No",
    ])
})
