import { afterEach, expect, test } from "vitest"
import { VirtualClock } from "../../../sim/clock"
import { serveOverTcp } from "../../../sim/line/rtu-over-tcp"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { ask, freePort, registers } from "./asking"
import { type Behavior, dribble, rest, ScriptedGateway } from "./scripted-gateway"

const gateways = new Set<ScriptedGateway>()

afterEach(async () => {
    for (const gateway of gateways) await gateway.close()
    gateways.clear()
})

async function gatewayThat(...script: Behavior[]): Promise<{ gateway: ScriptedGateway; port: number }> {
    const gateway = new ScriptedGateway(script)
    gateways.add(gateway)
    return { gateway, port: await gateway.listen() }
}

/** Register 0 of a PZEM-016 with 225.7 V; its checksum is pymodbus's. */
const RTU_REPLY = "01 04 02 08 D1 7E AC"

const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")

/** A Modbus TCP reply to a request for one register, with the request's transaction number. */
function reply(request: Buffer, value: number): Buffer {
    return Buffer.concat([
        request.subarray(0, 2),
        bytes("00 00 00 05 01 04 02"),
        Buffer.of(value >> 8, value & 255),
    ])
}

const answer =
    (value: number): Behavior =>
    (client, request) => {
        client.write(reply(request, value))
    }

test("reads, sets and resets a virtual meter behind a transparent gateway", async () => {
    const clock = new VirtualClock(1)
    const meter = pzem016({ clock, load: constantLoad({ power: 4000, current: 40 }), energyWh: 70_000 })
    const gateway = await serveOverTcp(new VirtualLine({ clock, slaves: [meter] }))
    try {
        const results = await ask("rtu-over-tcp", gateway.port, [
            ["read", 1, 4, 0, 5],
            ["write", 1, 1, 2300],
            ["read", 1, 3, 1, 2],
            ["reset", 1],
            ["rest", 1100],
            ["read", 1, 4, 6, 1],
            ["read", 1, 4, 0, 11],
            ["read", 9, 4, 0, 1],
        ])
        expect(results).toEqual([
            registers(2300, 40_000, 0, 40_000, 0),
            "done",
            registers(2300, 1),
            "done",
            "done",
            registers(0),
            "ExceptionReply: address 1, function 4: exception 2, illegal data address",
            "NoAnswer: address 9, function 4: no answer",
        ])
    } finally {
        await gateway.close()
        clock.stop()
    }
})

test("accepts replies that arrive byte by byte", async () => {
    const { port } = await gatewayThat((client, request) => dribble(client, reply(request, 2257)))
    expect(await ask("modbus-tcp", port, [["read", 1, 4, 0, 1]])).toEqual([registers(2257)])
    const rtu = await gatewayThat(client => dribble(client, bytes(RTU_REPLY)))
    expect(await ask("rtu-over-tcp", rtu.port, [["read", 1, 4, 0, 1]])).toEqual([registers(0x08d1)])
})

test("does not mistake a late reply for the reply to the next request", async () => {
    const { gateway, port } = await gatewayThat(
        () => {},
        async (client, second) => {
            const first = Buffer.of(0, 1)
            client.write(reply(first, 666))
            await rest(30)
            client.write(Buffer.concat([reply(first, 667), reply(second, 2257)]))
        },
        answer(2258),
    )
    const results = await ask("modbus-tcp", port, [
        ["read", 1, 4, 0, 1],
        ["read", 1, 4, 0, 1],
    ])
    expect(results).toEqual([registers(2257), registers(2258)])
    expect(gateway.requests.map(request => request.slice(0, 4))).toEqual(["0001", "0002", "0003"])
})

test("uses one connection for several exchanges, and closes it in a pause", async () => {
    const { gateway, port } = await gatewayThat(answer(1))
    await ask("modbus-tcp", port, [
        ["read", 1, 4, 0, 1],
        ["read", 1, 4, 0, 1],
        ["rest", 1500],
        ["read", 1, 4, 0, 1],
    ])
    expect(gateway.requests).toHaveLength(3)
    expect(gateway.connections).toBe(2)
})

test("reconnects to a gateway that closes after each reply", async () => {
    const { gateway, port } = await gatewayThat((client, request) => {
        client.end(reply(request, 7))
    })
    const results = await ask("modbus-tcp", port, [
        ["read", 1, 4, 0, 1],
        ["rest", 100],
        ["read", 1, 4, 0, 1],
    ])
    expect(results).toEqual([registers(7), "done", registers(7)])
    expect(gateway.connections).toBe(2)
})

test("reports a gateway that closes mid-reply or resets, and reads it again afterwards", async () => {
    const { port } = await gatewayThat(
        (client, request) => {
            client.end(reply(request, 8).subarray(0, 5))
        },
        client => {
            client.resetAndDestroy()
        },
        answer(8),
    )
    const results = await ask("modbus-tcp", port, [
        ["read", 1, 4, 0, 1],
        ["read", 1, 4, 0, 1],
        ["read", 1, 4, 0, 1],
    ])
    expect(results[0]).toBe(
        `PortError: modbus-tcp: 127.0.0.1:${port}: the other end closed the connection too early; ` +
            "check that the gateway is on and has no other client",
    )
    expect(results[1]).toMatch(/^PortError: modbus-tcp: 127\.0\.0\.1:\d+: the connection broke/)
    expect(results[2]).toBe(registers(8))
})

test("reports a gateway that is off, and reads it when it is back", async () => {
    const port = await freePort()
    const gateway = new ScriptedGateway([answer(9)])
    gateways.add(gateway)
    const asked = ask("modbus-tcp", port, [
        ["read", 1, 4, 0, 1],
        ["rest", 4000],
        ["read", 1, 4, 0, 1],
    ])
    await rest(4000)
    await gateway.listen(port)
    const results = await asked
    expect(results[0]).toMatch(/^PortError: modbus-tcp: 127\.0\.0\.1:\d+: cannot connect/)
    expect(results[2]).toBe(registers(9))
})

test("suggests the other mode when the reply is not Modbus TCP", async () => {
    const { port } = await gatewayThat(client => {
        client.write(bytes(RTU_REPLY))
    })
    expect(await ask("modbus-tcp", port, [["read", 1, 4, 0, 1]])).toEqual([
        "NotModbusTcp: address 1, function 4: the gateway does not answer in Modbus TCP; try the mode rtu-over-tcp",
    ])
})
