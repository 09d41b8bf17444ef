import { ServerTCP } from "modbus-serial"
import { afterAll, beforeAll, expect, test } from "vitest"
import type { GatewayHabit } from "../../../sim/line/gateway-habits"
import { isLong } from "../../long"
import { freePort } from "../serial/asking"
import { lastLine, ProjectCopy } from "./npm-start"

/** Wired for an SPI-UART. The gateway comes from the command line. */
const WIRED = JSON.stringify({
    board: "emon_esp32_devkit_c",
    line: { driver: "spi-uart" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 2,
    uploadSeconds: 4,
})

/** One port for all tests, because it becomes part of the program. */
let port: number
let project: ProjectCopy

beforeAll(async () => {
    port = await freePort()
    project = await ProjectCopy.make({ "devicescript.json": WIRED })
})

afterAll(() => project.remove())

test("--gateway reports a missing gateway", async () => {
    const options = ["--gateway", `127.0.0.1:${port}`, "--seconds", "8", "--json", "--no-page"]
    const outcome = await project.start(...options).ended
    expect(outcome.code).toBe(0)
    expect(outcome.stdout + outcome.stderr).toContain("check that the gateway is on and has no other client")
    expect(lastLine(outcome).readings).toBe(0)
})

// The answer in the sources of ESPHome and Tasmota: 225.7 V, 0.108 A, 24.4 W, 38 Wh, 50.0 Hz, 1.00.
const REGISTERS = [2257, 108, 0, 244, 0, 38, 0, 500, 100, 0]

test("--gateway reads a meter behind a real gateway, the server of modbus-serial", async () => {
    const server = new ServerTCP(
        { getInputRegister: (register: number) => REGISTERS[register]! },
        { host: "127.0.0.1", port, unitID: 1 },
    )
    try {
        await new Promise<void>((resolve, reject) => {
            server.once("initialized", () => resolve())
            server.once("serverError", reject)
        })
        const options = ["--gateway", `127.0.0.1:${port}`, "--seconds", "16", "--json", "--no-page"]
        const outcome = await project.start(...options, "--record", "real.jsonl").ended
        expect(outcome).toMatchObject({ code: 0, stderr: "" })
        expect(outcome.stdout).toContain(`Meter: the meters behind the gateway at 127.0.0.1:${port}.`)
        expect(lastLine(outcome)).toMatchObject({ driver: "tcp", lineErrors: 0 })
        const values = await project.recorded("real.jsonl")
        const seen = (input: string) => new Set(values.filter(v => v.input === input).map(v => v.value))
        expect(seen("voltage")).toEqual(new Set([225.7]))
        expect(seen("power")).toEqual(new Set([24.4]))
        expect(seen("energy")).toEqual(new Set([38]))
    } finally {
        server.close(() => {})
    }
})

const HABITS: [string, GatewayHabit][] = [
    ["rtu-over-tcp", "heartbeats"],
    ["modbus-tcp", "swallows"],
]

test.each(isLong ? HABITS : [])(
    "--gateway-mode %s with --gateway-fault %s still delivers readings",
    async (mode, habit) => {
        const options = [
            "--gateway-mode",
            mode,
            "--gateway-fault",
            habit,
            "--speed",
            "20",
            "--seconds",
            "120",
        ]
        const outcome = await project.start(...options, "--json", "--no-page").ended
        expect(outcome).toMatchObject({ code: 0 })
        expect(outcome.stdout).toContain(`Gateway: virtual, with ${habit}.`)
        expect(lastLine(outcome).driver).toBe("tcp")
        expect(lastLine(outcome).readings).toBeGreaterThan(45)
    },
)
