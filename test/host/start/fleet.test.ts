import { expect, test } from "vitest"
import { commandOf } from "../../../cli/start/commands"
import { fleetConfig } from "../../../cli/start/fleet"
import { parseOptions } from "../../../cli/start/options"
import { orderSource, questionAbout } from "../../../tools/commands/line-command"
import { projectRoot } from "../../../tools/project"
import { readConfig } from "../../../tools/wiring/read-wiring"

const wired = await readConfig(projectRoot)

function given(...args: string[]) {
    return parseOptions(["node", "main.ts", ...args])
}

test("uses the project's own configuration without options", () => {
    expect(fleetConfig(given(), wired)).toEqual(wired)
})

test("--meters replaces the wired meters, and uploads often enough for the device's memory", () => {
    const config = fleetConfig(given("--meters", "8", "--dead", "1"), wired)
    expect(config.meters.map(({ name, address }) => `${name} ${address}`)).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map(n => `meter${n} ${n}`),
    )
    expect(config.line).toEqual(wired.line)
    expect(config.pollSeconds).toBe(wired.pollSeconds)
    expect(config.uploadSeconds).toBeLessThanOrEqual(2 * wired.pollSeconds!)
})

test("--poll changes the poll interval of the wired meters", () => {
    const config = fleetConfig(given("--poll", "1"), wired)
    expect(config.meters).toEqual(wired.meters)
    expect(config.pollSeconds).toBe(1)
})

test.each([
    [["--scan"], { name: "scan", first: 1, last: 247 }],
    [["--scan", "3-16"], { name: "scan", first: 3, last: 16 }],
    [["--diagnose"], { name: "diagnose" }],
    [["--alarm", "pump"], { name: "read-alarm", meter: "pump" }],
    [["--alarm", "pump=2300"], { name: "set-alarm", meter: "pump", value: 2300 }],
    [
        ["--alarm", "battery=low_voltage_threshold:11.5"],
        { name: "set-alarm", meter: "battery", threshold: "low_voltage_threshold", value: 11.5 },
    ],
    [["--set-address", "1:5"], { name: "set-address", from: 1, to: 5 }],
    [["--set-address", "any:5"], { name: "set-address", from: 248, to: 5 }],
    [["--reset-energy", "pump"], { name: "reset-energy", meter: "pump" }],
])("reads a command from %j", (args, command) => {
    expect(commandOf(given(...args))).toEqual(command)
})

test("only a command that changes a meter asks first, and its order is unique", () => {
    const reset = { name: "reset-energy", meter: "pump" } as const
    const scan = { name: "scan", first: 1, last: 9 } as const
    expect(questionAbout(reset)).toBe("Set the energy counter of pump to 0?")
    expect(questionAbout(scan)).toBeUndefined()
    expect(questionAbout({ name: "set-alarm", meter: "pump", value: 2300 })).toBe(
        "Set the alarm threshold of pump to 2300?",
    )
    expect(orderSource(reset)).not.toEqual(orderSource(reset))
    expect(orderSource(scan)).toEqual(orderSource(scan))
})
