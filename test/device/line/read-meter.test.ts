import { describe, expect, test } from "@devicescript/test"
import { Master } from "../../../src/line/master"
import { type ImplausibleReading, readMeter } from "../../../src/line/read-meter"
import { Gate } from "../../../src/meters/gate"
import { pzem016 } from "../../../src/meters/pzem-016"
import { pollReply, pollReplyAfterReset, readPoll } from "./frames"
import { ScriptedPort } from "./scripted-port"

const LINE = { baud: 9600, stopBits: 1 as const }
const METER = { name: "heatpump", profile: pzem016, address: 1 }

describe("a poll", () => {
    test("brings a reading of the meter", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply)
        const reading = await readMeter(new Master(port, LINE), METER, new Gate(pzem016))
        expect(reading.meter).toBe(METER)
        expect(reading.at).toBe(port.ends[0])
        expect(reading.values.join(" ")).toBe("2193 2055 4393 138401 502 97 0")
    })

    test("that is implausible is an error with its registers", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply).expect(readPoll, pollReplyAfterReset)
        const master = new Master(port, LINE)
        const gate = new Gate(pzem016)
        await readMeter(master, METER, gate)
        let failure: ImplausibleReading
        try {
            await readMeter(master, METER, gate)
        } catch (e) {
            failure = e as ImplausibleReading
        }
        expect(failure.name).toBe("ImplausibleReading")
        expect(failure.message).toBe("heatpump: energy 0.003 kWh is beyond 138.401")
        expect(failure.finding.field.name).toBe("energy")
        expect(failure.registers[0].toString("hex")).toBe("089108070000112900000003000001f600610000")
    })

    test("after a commanded reset is plausible again", async () => {
        const port = new ScriptedPort().expect(readPoll, pollReply).expect(readPoll, pollReplyAfterReset)
        const master = new Master(port, LINE)
        const gate = new Gate(pzem016)
        await readMeter(master, METER, gate)
        gate.restart()
        const reading = await readMeter(master, METER, gate)
        expect(reading.values[3]).toBe(3)
    })
})
