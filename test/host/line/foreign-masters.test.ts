import { setTimeout as wait } from "node:timers/promises"
import ModbusRTU from "modbus-serial"
import { afterEach, expect, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { serveOverTcp, type TcpGateway } from "../../../sim/line/rtu-over-tcp"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { sdm120 } from "../../../sim/meter/sdm"
import { endForeignTools, portTo, runPython, testWithForeignTools } from "./foreign-tools"

/** 4 kW at 40 A, 70 kWh: values that do not fit into signed 16-bit numbers. */
const REGISTERS = [2300, 40_000, 0, 40_000, 0, 4464, 1, 500, 43, 0]

/** Longer than 3.5 characters at 9600 bit/s. */
const SILENCE_MS = 10

let gateway: TcpGateway | undefined

afterEach(async () => {
    endForeignTools()
    await gateway?.close()
})

async function serve(): Promise<number> {
    const clock = wallClock
    const slaves = [
        pzem016({ clock, load: constantLoad({ power: 4000, current: 40 }), energyWh: 70_000 }),
        sdm120({ clock, load: constantLoad({ power: 1000 }), address: 2 }),
    ]
    gateway = await serveOverTcp(new VirtualLine({ clock, slaves }))
    return gateway.port
}

test("modbus-serial reads the virtual meters", async () => {
    const master = new ModbusRTU()
    await master.connectTelnet("127.0.0.1", { port: await serve() })
    // modbus-serial asks again as soon as it has the answer; on an RTU line there must be 3.5 characters of silence between.
    const asked = async <T>(request: () => Promise<T>): Promise<T> => {
        await wait(SILENCE_MS)
        return request()
    }
    try {
        master.setTimeout(1000)
        master.setID(1)
        const registers = (await asked(() => master.readInputRegisters(0, 10))).data
        expect([...registers.slice(0, 5), ...registers.slice(6)]).toEqual([
            ...REGISTERS.slice(0, 5),
            ...REGISTERS.slice(6),
        ])
        expect((await asked(() => master.readHoldingRegisters(1, 2))).data).toEqual([23_000, 1])
        expect(await asked(() => master.writeRegister(1, 2300))).toEqual({ address: 1, value: 2300 })
        expect((await asked(() => master.readHoldingRegisters(1, 1))).data).toEqual([2300])
        await expect(asked(() => master.readInputRegisters(0, 11))).rejects.toMatchObject({ modbusCode: 2 })
        master.setID(2)
        const { buffer } = await asked(() => master.readInputRegisters(0, 14))
        expect([buffer.readFloatBE(0), buffer.readFloatBE(24)]).toEqual([230, 1000])
        master.setID(9)
        master.setTimeout(200)
        await expect(asked(() => master.readInputRegisters(0, 1))).rejects.toMatchObject({
            errno: "ETIMEDOUT",
        })
    } finally {
        await new Promise<void>(resolve => master.close(() => resolve()))
    }
})

testWithForeignTools("Debian's pymodbus reads the virtual meter through a serial port", async () => {
    const said = (await runPython("pymodbus_master.py", await portTo(await serve()))) as { inputs: number[] }
    const [energy] = said.inputs.splice(5, 1)
    expect(energy).toBeGreaterThanOrEqual(4464)
    expect(energy).toBeLessThan(4500)
    expect(said).toEqual({
        inputs: REGISTERS.toSpliced(5, 1),
        part: [40_000, 0],
        holding: [23_000, 1],
        written: 2300,
        threshold: [2300],
        refused: 2,
        absent: "ModbusIOException",
        after: [1],
    })
})
