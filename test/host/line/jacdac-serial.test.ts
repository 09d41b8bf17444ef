import { afterEach, expect, test } from "vitest"
import { FrameTransport, jacdacBus } from "../../../sim/bus/jacdac-bus"
import { VirtualClock } from "../../../sim/clock"
import { serveLine } from "../../../sim/line/jacdac-serial"
import type { SerialLine } from "../../../sim/line/serial-line"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { Device } from "../../../sim/vm/device"
import { SOME_DAY } from "../meter/asking"
import { parrot, REPLY } from "./listening"
import { compile, PROBE } from "./probe"

const cleanups: (() => unknown)[] = []

afterEach(async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** Runs a program on a device whose Jacdac bus has a line on it, until it prints "done". Returns what it prints. */
async function run(bytecode: Uint8Array, line: (clock: VirtualClock) => SerialLine): Promise<string[]> {
    const clock = new VirtualClock(20, SOME_DAY)
    const printed: string[] = []
    await new Promise<void>((done, failed) => {
        const transport = new FrameTransport("test", frame => device.receive(frame))
        const device = new Device({
            clock,
            onFrame: frame => transport.receive(frame),
            onLog: ({ level, text }) => {
                if (level === "info") printed.push(text)
                if (text === "done") done()
            },
            onProgramStop: code => failed(new Error(`The program stopped: ${code}`)),
        })
        const bus = jacdacBus(clock, transport)
        const served = serveLine(bus, line(clock), "meter line")
        cleanups.push(() => {
            served.stop()
            device.powerOff()
            clock.stop()
            return bus.stop()
        })
        device
            .powerOn()
            .then(() => device.deploy(bytecode))
            .catch(failed)
    })
    return printed
}

test("a ds.Serial role binds to the line, sends, and receives the slave's answer", async () => {
    const bytecode = await compile(PROBE)
    const printed = await run(
        bytecode,
        clock =>
            new VirtualLine({ clock, settings: { baudRate: 9600, stopBits: 2 }, slaves: [parrot(1, REPLY)] }),
    )
    const reply = REPLY.replaceAll(" ", "").toLowerCase()
    expect(printed).toEqual([
        "baud 9600 stop 2",
        "name meter line",
        "still 9600",
        expect.stringMatching(`^heard ${reply} after \\d+$`),
        expect.stringMatching(/^heard {2}after \d+$/),
        expect.stringMatching(/^heard {2}after \d+$/),
        "done",
    ])
    const wireTime = (33 * 11) / 9.6 + 35
    expect(Number(printed[3]!.split(" ").at(-1))).toBeGreaterThan(wireTime)
})

test("splits data that is too long for one packet", async () => {
    const bytecode = await compile(`
        import * as ds from "@devicescript/core"
        const serial = new ds.Serial()
        const lengths: number[] = []
        serial.report().subscribe(packet => { lengths.push(packet.payload.length) })
        while (!serial.isBound) await ds.sleep(10)
        await serial.send(hex\`01\`)
        await ds.sleep(500)
        console.log(lengths.join(" "))
        console.log("done")`)
    const printed = await run(bytecode, clock => {
        let bring: (bytes: Uint8Array) => void
        return {
            name: "long",
            settings: { baudRate: 9600, stopBits: 1 },
            send: () => clock.setTimeout(() => bring(new Uint8Array(300)), 10),
            onData: listener => {
                bring = listener
                return () => {}
            },
            onLost: () => () => {},
            close: async () => {},
        }
    })
    expect(printed).toEqual(["236 64", "done"])
})
