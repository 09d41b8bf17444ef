import { ServerTCP } from "modbus-serial"
import { afterEach, expect, test } from "vitest"
import { endForeignTools, startPython, testWithForeignTools } from "../line/foreign-tools"
import { ask, freePort, type Mode, registers } from "./asking"

afterEach(endForeignTools)

const INPUTS = [2257, 108, 0, 244, 0, 38, 0, 500, 100, 0]

async function readPymodbus(mode: Mode): Promise<string[]> {
    const port = await freePort()
    await startPython("../serial/pymodbus_gateway.py", mode, String(port))
    return await ask(mode, port, [
        ["read", 1, 4, 0, 10],
        ["read", 1, 4, 3, 2],
        ["write", 1, 1, 2300],
        ["read", 1, 3, 1, 2],
        ["read", 1, 4, 0, 11],
        ["read", 9, 4, 0, 1],
        ["read", 1, 4, 0, 1],
    ])
}

const READ = [
    registers(...INPUTS),
    registers(244, 0),
    "done",
    registers(2300, 1),
    "ExceptionReply: address 1, function 4: exception 2, illegal data address",
    "NoAnswer: address 9, function 4: no answer",
    registers(2257),
]

testWithForeignTools("talks Modbus TCP with Debian's pymodbus", async () => {
    expect(await readPymodbus("modbus-tcp")).toEqual(READ)
})

testWithForeignTools("talks RTU over TCP with Debian's pymodbus", async () => {
    expect(await readPymodbus("rtu-over-tcp")).toEqual(READ)
})

test("talks Modbus TCP with the server of modbus-serial", async () => {
    const port = await freePort()
    const holding = [0, 23_000, 1]
    const server = new ServerTCP(
        {
            getInputRegister: (address: number) => INPUTS[address]!,
            getHoldingRegister: (address: number) => holding[address]!,
            setRegister: (address: number, value: number) => {
                holding[address] = value
            },
        },
        { host: "127.0.0.1", port, unitID: 1 },
    )
    try {
        await new Promise<void>(resolve => server.once("initialized", () => resolve()))
        const results = await ask("modbus-tcp", port, [
            ["read", 1, 4, 0, 10],
            ["write", 1, 1, 2300],
            ["read", 1, 3, 1, 2],
            ["read", 9, 4, 0, 1],
        ])
        expect(results).toEqual([
            registers(...INPUTS),
            "done",
            registers(2300, 1),
            "NoAnswer: address 9, function 4: no answer",
        ])
        expect(holding).toEqual([0, 2300, 1])
    } finally {
        await new Promise<void>(resolve => server.close(() => resolve()))
    }
})
