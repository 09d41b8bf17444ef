import { describe, expect, test } from "@devicescript/test"
import { type Input, type InputName, inputsOf } from "../../../src/emoncms/inputs"
import { NameError } from "../../../src/emoncms/names"
import { pzem016 } from "../../../src/generated/models/pzem-016"
import { formatDecimal } from "../../../src/line/meters/format"
import type { Profile } from "../../../src/line/meters/profile"
import { field, profileOf } from "../profiles"

function inputNamed(names: InputName[], name: string): Input {
    return inputsOf(pzem016, names).find(input => input.name === name)
}

function printed(input: Input, value: number): string {
    return formatDecimal(value * input.factor, input.decimals)
}

function energy(decimals: number): Profile {
    return profileOf("m", [field("energy", "kWh", decimals)])
}

describe("inputs of a meter", () => {
    test("have the names and decimals of its fields", () => {
        const names = inputsOf(pzem016, []).map(input => input.name)
        expect(names.slice(0, 6).join(" ")).toBe("voltage current power energy frequency power_factor")
        expect(printed(inputNamed([], "voltage"), 2301)).toBe("230.1")
        expect(printed(inputNamed([], "current"), 1234)).toBe("1.234")
    })

    test("have energies in whole Wh", () => {
        expect(printed(inputNamed([], "energy"), 1234567)).toBe("1234567")
        expect(printed(inputsOf(energy(2), [])[0], 1234567)).toBe("12345670")
        expect(printed(inputsOf(energy(0), [])[0], 123)).toBe("123000")
        expect(printed(inputsOf(energy(4), [])[0], 1234567)).toBe("123456.7")
    })

    test("can continue the feeds of the original script", () => {
        const input = inputNamed([{ field: "energy", name: "energy_forward", unit: "kWh" }], "energy_forward")
        expect(printed(input, 70_000)).toBe("70.000")
    })

    test("can have other names, whatever the meter has", () => {
        const names: InputName[] = [
            { field: "power", name: "P total" },
            { field: "import_energy", name: "E" },
        ]
        expect(printed(inputNamed(names, "P total"), 2839)).toBe("283.9")
        expect(inputNamed(names, "E")).toBe(undefined)
        expect(inputNamed(names, "power")).toBe(undefined)
    })

    test("must have names that EmonCMS keeps, each its own", () => {
        for (const name of ["power(W)", "", "voltage"]) {
            let error: Error
            try {
                inputsOf(pzem016, [{ field: "power", name }])
            } catch (e) {
                error = e as Error
            }
            expect(error instanceof NameError).toBe(true)
        }
    })
})
