import { expect, test } from "vitest"
import { sleep } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { frame, hex, kettle, stillClock } from "../meter/asking"
import { exchange, listen, parrot, REPLY, REQUEST } from "./listening"

/** 10 bits at 9600 bit/s. */
const CHARACTER = 10 / 9.6

test("times an answer by its characters, the slave's latency and the FIFO timeout", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    const pieces = listen(line, clock)
    line.send(REQUEST)
    await sleep(clock, 1000)
    expect(pieces).toEqual([{ at: expect.closeTo((8 + 25 + 4) * CHARACTER + 35, 3), bytes: REPLY }])
})

test.each([
    [9600, 1, 10 / 9.6],
    [9600, 2, 11 / 9.6],
    [2400, 1, 10 / 2.4],
    [19200, 2, 11 / 19.2],
] as const)("times a poll at %i bit/s, %i stop bits", async (baudRate, stopBits, character) => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, settings: { baudRate, stopBits }, slaves: [parrot(1, REPLY, 50)] })
    const pieces = listen(line, clock)
    line.send(REQUEST)
    await sleep(clock, 1000)
    expect(pieces[0]!.at).toBeCloseTo(37 * character + 50, 3)
})

test("delivers a long answer in full FIFOs, and the rest after a silence", async () => {
    const clock = stillClock()
    const reply = hex(frame(`01 04 80 ${"11 22 ".repeat(64)}`))
    const line = new VirtualLine({ clock, slaves: [parrot(1, reply)] })
    const pieces = listen(line, clock)
    line.send(REQUEST)
    await sleep(clock, 1000)
    expect(pieces.map(piece => piece.bytes).join(" ")).toBe(reply)
    expect(pieces.map(piece => piece.bytes.split(" ").length)).toEqual([64, 64, 5])
    expect(pieces.map(piece => piece.at)).toEqual(
        [64, 128, 133 + 4].map(characters => expect.closeTo((8 + characters) * CHARACTER + 35, 3)),
    )
})

test.each([
    [3.4, REPLY],
    [3.6, ""],
])("a request with %f characters of silence in it gets %j", async (silence, reply) => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    clock.setTimeout(() => line.send(REQUEST.slice(3)), (3 + silence) * CHARACTER)
    expect(await exchange(line, clock, REQUEST.slice(0, 3))).toBe(reply)
})

test("two requests without a silence between them get no answer", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    line.send(REQUEST)
    expect(await exchange(line, clock)).toBe("")
    expect(await exchange(line, clock)).toBe(REPLY)
})

test.each([
    [3.4, REPLY],
    [3.6, `${REPLY} ${REPLY}`],
])("a request %f characters after an answer: the line brings %j", async (silence, replies) => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    clock.setTimeout(() => line.send(REQUEST), (33 + silence) * CHARACTER + 35)
    expect(await exchange(line, clock)).toBe(replies)
})

test("slaves share the line, and each answers to its own address", async () => {
    const clock = stillClock()
    const slaves = [1, 2, 3].map(address => pzem016({ clock, load: kettle, address, seed: address }))
    const line = new VirtualLine({ clock, slaves })
    for (const address of [3, 1, 2]) {
        const reply = await exchange(line, clock, frame(`0${address} 03 00 02 00 01`))
        expect(reply).toBe(hex(frame(`0${address} 03 02 00 0${address}`)))
    }
    line.detach(slaves[0]!)
    expect(await exchange(line, clock)).toBe("")
    line.attach(slaves[0]!)
    expect(await exchange(line, clock)).not.toBe("")
})

test("simultaneous answers garble each other where they overlap", async () => {
    const clock = stillClock()
    const line = new VirtualLine({
        clock,
        slaves: [parrot(1, REPLY, 35), parrot(1, REPLY, 35 + 20.5 * CHARACTER)],
    })
    const heard = (await exchange(line, clock)).split(" ")
    const sent = REPLY.split(" ")
    expect(heard.slice(0, 20)).toEqual(sent.slice(0, 20))
    expect(heard).toHaveLength(50)
    const second = heard.slice(25)
    for (let i = 20; i < 25; i++) expect(heard[i]).not.toBe(sent[i])
    for (let i = 0; i < 5; i++) expect(second[i]).not.toBe(sent[i])
    expect(second.slice(5)).toEqual(sent.slice(5))
})

test("the general address works with one slave, but not with two", async () => {
    const clock = stillClock()
    const meters = [
        pzem016({ clock, load: kettle, seed: 1 }),
        pzem016({ clock, load: kettle, address: 2, seed: 2 }),
    ]
    const line = new VirtualLine({ clock, slaves: meters })
    const request = frame("F8 03 00 02 00 01")
    const answers = [hex(frame("F8 03 02 00 01")), hex(frame("F8 03 02 00 02"))]
    const heard = await exchange(line, clock, request)
    for (const answer of answers) expect(heard).not.toContain(answer)
    line.detach(meters[0]!)
    expect(await exchange(line, clock, request)).toBe(answers[1])
})

test("an answer during a request garbles both", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY, 200), parrot(2, REPLY)] })
    clock.setTimeout(() => line.send(frame("02 04 00 00 00 0A")), 8 * CHARACTER + 195)
    const heard = (await exchange(line, clock)).split(" ")
    const sent = REPLY.split(" ")
    const overlap = 8 - Math.floor(5 / CHARACTER)
    expect(heard).toHaveLength(25)
    expect(heard.slice(overlap)).toEqual(sent.slice(overlap))
    expect(heard[0]).not.toBe(sent[0])
    expect(await exchange(line, clock, frame("02 04 00 00 00 0A"))).toBe(REPLY)
})

test("an answer in the silence after a request hides the end of the request", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY, 200), parrot(2, REPLY)] })
    clock.setTimeout(() => line.send(frame("02 04 00 00 00 0A")), 8 * CHARACTER + 200 - 10 * CHARACTER)
    expect(await exchange(line, clock)).toBe(REPLY)
})

test("gives the same result for the same seed", async () => {
    const run = async (seed: number) => {
        const clock = stillClock()
        const line = new VirtualLine({ clock, seed, slaves: [parrot(1, REPLY), parrot(1, REPLY, 40)] })
        return await exchange(line, clock)
    }
    expect(await run(5)).toBe(await run(5))
    expect(await run(5)).not.toBe(await run(6))
})

test("delivers nothing after it is closed or to removed listeners", async () => {
    const clock = stillClock()
    const line = new VirtualLine({ clock, slaves: [parrot(1, REPLY)] })
    const stayed = listen(line, clock)
    const left: unknown[] = []
    line.onData(data => left.push(data))()
    await exchange(line, clock)
    expect([stayed.length, left.length]).toEqual([1, 0])
    line.send(REQUEST)
    await line.close()
    line.send(REQUEST)
    await sleep(clock, 1000)
    expect(stayed).toHaveLength(1)
})
