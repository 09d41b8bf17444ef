import { afterEach, expect, test, vi } from "vitest"
import { parseOptions } from "../../../cli/start/options"

afterEach(() => {
    vi.restoreAllMocks()
})

const KEY = "0123456789abcdef0123456789abcdef"

function parse(line: string) {
    return parseOptions(["node", "main.ts", ...line.split(" ").filter(Boolean)])
}

/** What is printed when the options are refused. */
function refusal(line: string): string {
    let printed = ""
    vi.spyOn(process.stderr, "write").mockImplementation(text => {
        printed += text
        return true
    })
    const exit = vi.spyOn(process, "exit").mockImplementation(code => {
        throw new Error(`exit ${code}`)
    })
    expect(() => parse(line)).toThrow("exit 1")
    expect(exit).toHaveBeenCalledOnce()
    return printed
}

test.each([
    ["--bogus", /--bogus.*\n.*--help/],
    ["surplus", /too many arguments.*\n.*--help/],
    ["--seconds", /--seconds.*missing/],
    ["--seconds 0", /--seconds.*above 0/],
    ["--seconds soon", /--seconds.*above 0/],
    ["--speed -3", /--speed.*above 0/],
    ["--speed Infinity", /--speed.*above 0/],
    ["--emoncms ftp://emonpi", /--emoncms.*like http:/],
    ["--emoncms emonpi.local", /--emoncms.*like http:/],
    ["--node heat&pump", /--node.*letters, digits/],
    [`--key ${KEY}`, /--key needs --emoncms; leave it out/],
    [`--emoncms http://emonpi --key ${KEY.slice(1)}`, /--key: a key has 32 characters/],
    ["--emoncms-version 9.7.7", /--emoncms-version.*from 9.8.10 to 11.16.8/],
    ["--emoncms http://emonpi --emoncms-version 9.8.10", /--emoncms-version is for the built-in stand-in/],
    ["--toxic venom", /--toxic.*"venom".*latency, down, bandwidth/],
    ["--emoncms https://emonpi --toxic down", /--toxic does not work with https/],
    ["--serial /dev/ttyUSB0 --speed 60", /--speed.*real meter; leave it out with --serial/],
    ["--serial /dev/ttyUSB0 --meters 2", /--meters makes virtual meters; leave it out with --serial/],
    [
        "--replay notes.txt --meters 2",
        /--meters makes virtual meters; leave it out with --serial and --replay/,
    ],
    ["--gateway http://gate", /--gateway.*like 192.168.1.20:502/],
    ["--gateway gate:70000", /--gateway.*like 192.168.1.20:502/],
    ["--gateway gate --speed 60", /--speed.*real meter; leave it out with --gateway/],
    ["--gateway gate --serial /dev/ttyUSB0", /--gateway uses real meters.*leave --serial/],
    ["--gateway gate --gateway-fault busy", /--gateway-fault is for a virtual gateway/],
    ["--gateway-fault lazy", /"lazy"; choose from heartbeats, registration, busy, stalls, swallows/],
    ["--gateway-mode ascii", /must be modbus-tcp or rtu-over-tcp/],
    ["--serial=", /--serial.*is empty; write the path of a serial port/],
    ["--replay a.txt --record ./a.txt", /--replay, --flash and --record are different files/],
    ["--flash a --record a", /--replay, --flash and --record are different files/],
    ["--page 8095 --no-page", /--page and --no-page exclude each other/],
    ["--scan 16-1", /--scan.*Write a range within 1-247/],
    ["--scan 0-5", /--scan.*Write a range within 1-247/],
    ["--alarm pump=", /--alarm.*METER=2300/],
    ["--set-address 5:5", /--set-address.*two different addresses of 1 to 247/],
    ["--set-address 1:any", /--set-address.*two different addresses of 1 to 247/],
    ["--scan --diagnose", /--scan.*cannot be used with.*--diagnose/],
    ["--scan=1-2 --flash x", /does not run the program; leave --flash out, or add --then-run/],
    ["--diagnose --poll 5 --record f --seconds 9", /leave --poll, --record, --seconds out/],
    [
        `--alarm pump --emoncms http://emonpi --key ${KEY} --node abc --page 8195 --device-port 8196 --toxic timeout`,
        /leave --emoncms, --key, --node, --page, --device-port, --toxic out/,
    ],
    ["--reset-energy pump --emoncms-version 9.8.10", /leave --emoncms-version out/],
    ["--then-run", /--yes and --then-run need a command/],
    ["--serial /dev/ttyUSB0 --replay notes.txt", /--serial and --replay.*leave one of them out/],
])("refuses %s, with the cure", (line, words) => {
    const printed = refusal(line)
    expect(printed).toMatch(words)
    expect(printed).not.toContain(KEY.slice(1))
})

test("runs in real time without options", () => {
    expect(parse("")).toEqual({ speed: 1, page: true })
})

test("accepts all options that go together", () => {
    const line = `--emoncms http://emonpi/emoncms --key ${KEY} --node heat.pump-1 --serial COM3 --seconds 0.5 --json --record f --speed 1`
    expect(parse(line)).toEqual({
        emoncms: "http://emonpi/emoncms",
        key: KEY,
        node: "heat.pump-1",
        serial: "COM3",
        seconds: 0.5,
        json: true,
        record: "f",
        speed: 1,
        page: true,
    })
})

test("accepts the program's options beside a command that the program follows", () => {
    const run = parse("--scan=1-2 --then-run --flash f --seconds 9 --record r --poll 5 --page 8095")
    expect(run).toMatchObject({ thenRun: true, flash: "f", seconds: 9, record: "r", poll: 5, page: 8095 })
})

test("accepts the line's options beside a command", () => {
    const line = parse("--scan --meters 3 --dead 1 --gateway-fault busy --speed 60 --json --yes --no-page")
    expect(line).toMatchObject({ meters: 3, dead: 1, gatewayFault: ["busy"], speed: 60, page: false })
})

test("reads a gateway's address, mode and faults, with port 502 by default", () => {
    expect(parse("--gateway gate.local").gateway).toEqual({ host: "gate.local", port: 502 })
    expect(parse("--gateway 10.0.0.7:8899 --gateway-mode rtu-over-tcp")).toMatchObject({
        gateway: { host: "10.0.0.7", port: 8899 },
        gatewayMode: "rtu-over-tcp",
    })
    expect(parse("--gateway-fault busy --gateway-fault stalls").gatewayFault).toEqual(["busy", "stalls"])
})

test("accepts several toxics, in order", () => {
    const { toxic = [] } = parse("--toxic latency --toxic slicer")
    expect(toxic.map(({ type }) => type)).toEqual(["latency", "slicer"])
})
