import { describe, expect, test } from "@devicescript/test"
import { pzem016 } from "../../../../src/generated/models/pzem-016"
import { fieldAt } from "../../../../src/line/meters/fields"
import { ImplausibleReading } from "../../../../src/line/meters/implausible-reading"

describe("implausible reading", () => {
    test("names the field, value and limit, and keeps the registers", () => {
        const finding = { field: fieldAt(pzem016, 3), value: 3, limit: 138401, isJump: true }
        const error = new ImplausibleReading(finding, "089108070000")
        expect(error.registers).toBe("089108070000")
        expect(error.message).toBe("energy 0.003 kWh is beyond 138.401, registers 089108070000")
    })
})
