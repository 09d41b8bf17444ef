/** One reading as the meter's registers have it: 0.1 V, 1 mA, 0.1 W, 1 Wh, 0.1 Hz, 0.01. */
export interface MeterRegisters {
    readonly voltage: number
    readonly current: number
    readonly power: number
    readonly energy: number
    readonly frequency: number
    readonly powerFactor: number
}

/** Where the original script uploads to. */
export interface OriginalAccount {
    readonly url: URL
    readonly node: string
    readonly apikey: string
}

/**
 * The HTTP request of the MicroPython script that this project follows, for one reading:
 * `main.py` of johngouk/EmonCMSInstrumentation_public, with `requests` of micropython-lib.
 *
 * Everything is in the URL, and whatever is neither letter nor digit is percent-encoded, also in names. Its registers
 * are taken as right; the script itself reads those above 32767 as negative.
 */
export function originalRequest(registers: MeterRegisters, { url, node, apikey }: OriginalAccount): string {
    const { voltage, current, power, energy, frequency, powerFactor } = registers
    const json = dumps({
        voltage: times(voltage, 0.1),
        current: times(current, 0.001),
        power: times(power, 0.1),
        energy_forward: times(energy, 0.001),
        frequency: times(frequency, 0.1),
        power_factor: times(powerFactor, 0.01),
    })
    const query = Object.entries({ node, apikey, fulljson: json })
        .map(([name, value]) => `${escapeUrl(name)}=${escapeUrl(value)}`)
        .join("&")
    const path = url.pathname.replace(/\/$/, "")
    return `GET ${path}/input/post?${query} HTTP/1.1\r\nHost: ${url.hostname}\r\nConnection: close\r\n\r\n`
}

/** A product as an ESP32 with MicroPython has it: of 32-bit floats. */
function times(register: number, unit: number): number {
    return Math.fround(Math.fround(register) * Math.fround(unit))
}

/** `json.dumps` of MicroPython: a blank behind comma and colon, floats with seven digits and never without a point. */
function dumps(values: Record<string, number>): string {
    const pairs = Object.entries(values).map(([name, value]) => `"${name}": ${floatText(value)}`)
    return `{${pairs.join(", ")}}`
}

function floatText(value: number): string {
    const text = String(Number(value.toPrecision(7)))
    return text.includes(".") ? text : `${text}.0`
}

/** `url_escape` of the script. */
function escapeUrl(text: string): string {
    return text.replace(/[^A-Za-z0-9]/g, c => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`)
}
