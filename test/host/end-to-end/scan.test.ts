import { afterEach, expect, test } from "vitest"
import { runCommand } from "../../../cli/start/run-command"
import { VirtualClock } from "../../../sim/clock"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { constantLoad } from "../../../sim/meter/load"
import { virtualMeter } from "../../../sim/meter/models"
import { withCrc } from "../../../sim/meter/rtu"
import type { Slave } from "../../../sim/meter/slave"
import { readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import type { Config } from "../../../tools/wiring/config"
import { bytes, hex } from "../meter/asking"

const clock = new VirtualClock(Number.POSITIVE_INFINITY)

afterEach(() => clock.stop())

/** A meter with input registers at 0 and one register that identifies its model, as makers' documents have them. */
function meterThatSays(address: number, request: string, content: string, latencyMs = 35): Slave {
    const asked = hex(withCrc([address, ...bytes(request)]))
    return {
        receive(frame) {
            if (frame[0] !== address) return undefined
            if (hex(frame) === asked) {
                const data = bytes(content)
                return { bytes: withCrc([address, frame[1]!, data.length, ...data]), latencyMs }
            }
            if (frame[1] === 4 && frame[3] === 0)
                return { bytes: withCrc([address, 4, 4, 0, 0, 0, 0]), latencyMs }
            return { bytes: withCrc([address, frame[1]! | 0x80, 2]), latencyMs }
        },
    }
}

test("finds slow meters, identifies models by register, and suggests config entries", async () => {
    const config: Config = {
        line: { driver: "jacdac-serial", baud: 9600 },
        meters: [
            { name: "pump", model: "pzem-016", address: 1 },
            { name: "house", model: "sdm72d-m-v1", address: 4 },
        ],
    }
    const pzem = { clock, address: 1, load: constantLoad({ power: 100 }) }
    const slow = { clock, address: 8, load: constantLoad({ power: 100 }), latencyMs: 700 }
    const slaves = [
        virtualMeter(readModel("pzem-016", projectRoot), pzem),
        // Eastron: meter code 0089 at holding register FC02 is an SDM72D-M v2, 0020 an SDM120.
        meterThatSays(4, "03 FC 02 00 01", "00 89"),
        meterThatSays(5, "03 FC 02 00 01", "00 20"),
        // Carlo Gavazzi: 120 at input register 0B is an ET112.
        meterThatSays(6, "04 00 0B 00 01", "00 78"),
        // ABB: "B23 " at 8960.
        meterThatSays(7, "03 89 60 00 02", "42 32 33 20"),
        virtualMeter(readModel("pzem-016", projectRoot), slow),
    ]
    const line = new VirtualLine({ clock, slaves })
    const view = { show() {} }
    const command = { name: "scan", first: 1, last: 9 } as const
    const { done, said } = await runCommand(command, { clock, line, config, yes: true, view })
    expect(done).toBe(true)
    const entry = (model: string, address: number) =>
        `; for devicescript.json: {"name":"meter${address}","model":"${model}","address":${address}}`
    expect(said).toEqual([
        "address 1: pump",
        "address 4: house, but a sdm72d-m-v2 according to its register",
        `address 5: a meter that is not configured, a sdm120${entry("sdm120", 5)}`,
        `address 6: a meter that is not configured, a et112${entry("et112", 6)}`,
        `address 7: a meter that is not configured, a abb-b23${entry("abb-b23", 7)}`,
        `address 8: a meter that is not configured, model unknown${entry("MODEL", 8)}`,
        "1, 4, 5, 6, 7, 8 of addresses 1 to 9 answer",
    ])
})
