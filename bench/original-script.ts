/** One reading in the units of the meter's registers: 0.1 V, 1 mA, 0.1 W, 1 Wh, 0.1 Hz, 0.01. */
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
 * The HTTP request for one reading by the MicroPython script that this project follows:
 * `main.py` of johngouk/EmonCMSInstrumentation_public, with `requests` of micropython-lib.
 *
 * Everything is in the URL, and all characters except letters and digits are percent-encoded, in names too. The register
 * values are assumed to be correct; the script itself reads those above 32767 as negative.
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

/** A product of 32-bit floats, as MicroPython computes it on an ESP32. */
function times(register: number, unit: number): number {
    return Math.fround(Math.fround(register) * Math.fround(unit))
}

/** `json.dumps` of MicroPython: a space after comma and colon, floats with seven digits and always a decimal point. */
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
