import { textFromBytes } from "./text"

/** Parameters of a request by name, as in `$_GET` and `$_POST`. */
export type Parameters = Map<string, string>

/**
 * Parameters of a query string or an `application/x-www-form-urlencoded` body.
 *
 * As in PHP, the last of several equal names wins, dots and blanks in names become `_`, and a `%` that does not begin an
 * escape stays. Names with brackets (PHP's arrays) are dropped: no request of EmonCMS's input API has them.
 *
 * @param encoded one character per byte (`latin1`)
 */
export function parseForm(encoded: string): Parameters {
    const parameters: Parameters = new Map()
    for (const pair of encoded.split("&")) {
        const equals = pair.indexOf("=")
        const name = equals < 0 ? pair : pair.slice(0, equals)
        const value = equals < 0 ? "" : pair.slice(equals + 1)
        add(parameters, decode(name), decode(value))
    }
    return parameters
}

/** Parameters of a `multipart/form-data` body; none if it is malformed. */
export async function parseMultipart(body: Buffer, contentType: string): Promise<Parameters> {
    const parameters: Parameters = new Map()
    const reply = new Response(new Uint8Array(body), { headers: { "Content-Type": contentType } })
    const form = await reply.formData().catch(() => new FormData())
    for (const [name, value] of form) {
        if (typeof value === "string") add(parameters, name, value)
    }
    return parameters
}

function add(parameters: Parameters, rawName: string, value: string): void {
    const name = rawName.trimStart().split("\0")[0]!.replace(/[. ]/g, "_")
    if (name !== "" && !name.includes("[")) parameters.set(name, value)
}

function decode(encoded: string): string {
    const bytes = encoded
        .replaceAll("+", " ")
        .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return textFromBytes(bytes)
}
