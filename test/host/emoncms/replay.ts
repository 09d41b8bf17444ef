export const WRITE_KEY = "00112233445566778899aabbccddeeff"
export const READ_KEY = "ffeeddccbbaa99887766554433221100"
const BAD_KEY = "0123456789abcdef0123456789abcdef"

/** A recorded text with the keys of this server instead of the placeholders. */
export function fill(text: string): string {
    return text
        .replaceAll("WRITE_APIKEY_IN_UPPER_CASE", WRITE_KEY.toUpperCase())
        .replaceAll("WRITE_APIKEY", WRITE_KEY)
        .replaceAll("READ_APIKEY", READ_KEY)
        .replaceAll("BAD_APIKEY", BAD_KEY)
}

/** The bytes of a request. `Connection: close`, `Host` and `Content-Length` are added if they are not given. */
export function request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | Buffer | null,
    { version = "1.1", host = true } = {},
): Buffer {
    const bytes = Buffer.from(body ?? "")
    const defaults: Record<string, string> = { Connection: "close" }
    if (host) defaults.Host = "127.0.0.1"
    if (body !== null && !("Transfer-Encoding" in headers)) defaults["Content-Length"] = String(bytes.length)
    const lines = Object.entries({ ...defaults, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.concat([Buffer.from(`${method} ${path} HTTP/${version}\r\n${lines.join("")}\r\n`), bytes])
}

/** A recorded time; `NOW-10` counts from the server's time of the request. */
export function unmask(time: number | string | null, now: number): number | null {
    return typeof time === "string" ? now + Number(time.slice("NOW".length) || 0) : time
}

export function mapValues<T, U>(
    record: Readonly<Record<string, T>>,
    change: (value: T) => U,
): Record<string, U> {
    return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
