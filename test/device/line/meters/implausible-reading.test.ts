import { describe, expect, test } from "@devicescript/test"
import { ImplausibleReading } from "../../../../src/line/meters/implausible-reading"
import { pzem016 } from "../../../../src/line/meters/pzem-016"

describe("implausible reading", () => {
    test("names field, value and limit, and keeps the registers", () => {
        const finding = { field: pzem016.fields[3], value: 3, limit: 138401 }
        const error = new ImplausibleReading(finding, "089108070000")
        expect(error.registers).toBe("089108070000")
        expect(error.message).toBe("energy 0.003 kWh is beyond 138.401, registers 089108070000")
    })
})
