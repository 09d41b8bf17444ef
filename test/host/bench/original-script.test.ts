import { expect, test } from "vitest"
import { originalRequest } from "../../../bench/original-script"

const account = {
    url: new URL("http://192.168.1.10/emoncms"),
    node: "emonscript",
    apikey: "0123456789abcdef0123456789abcdef",
}
const registers = {
    voltage: 2301,
    current: 8234,
    power: 18612,
    energy: 12345,
    frequency: 500,
    powerFactor: 98,
}

/** The JSON that the request carries. */
function jsonOf(request: string): string {
    const target = request.split(" ")[1]!
    return new URL(target, "http://host").searchParams.get("fulljson")!
}

test("builds the same request as the script's own functions", () => {
    // Made in Python with the script's url_escape and url_querystring_encode, and the writes of micropython-lib's requests.
    expect(originalRequest(registers, account)).toBe(
        "GET /emoncms/input/post?node=emonscript&apikey=0123456789abcdef0123456789abcdef&fulljson=" +
            "%7b%22voltage%22%3a%20230%2e1%2c%20%22current%22%3a%208%2e234%2c%20%22power%22%3a%201861%2e2%2c%20" +
            "%22energy%5fforward%22%3a%2012%2e345%2c%20%22frequency%22%3a%2050%2e0%2c%20%22power%5ffactor%22%3a%200%2e98%7d" +
            " HTTP/1.1\r\nHost: 192.168.1.10\r\nConnection: close\r\n\r\n",
    )
})

test("requests /input/post directly when the server has no path prefix", () => {
    const request = originalRequest(registers, { ...account, url: new URL("http://127.0.0.1:8080") })
    expect(request).toMatch(/^GET \/input\/post\?node=emonscript&[^\r]+ HTTP\/1\.1\r\nHost: 127\.0\.0\.1\r\n/)
})

test("prints values as 32-bit floats with seven digits, always with a decimal point", () => {
    const large = {
        voltage: 0,
        current: 123456,
        power: 230000,
        energy: 1234567890,
        frequency: 499,
        powerFactor: 100,
    }
    const json = jsonOf(originalRequest(large, account))
    expect(JSON.parse(json)).toEqual({
        voltage: 0,
        current: 123.456,
        power: 23000,
        energy_forward: 1234568,
        frequency: 49.9,
        power_factor: 1,
    })
    expect(json.match(/[\d.]+/g)).toEqual(["0.0", "123.456", "23000.0", "1234568.0", "49.9", "1.0"])
})
