import { readBulk } from "../../sim/emoncms/input-bulk"
import type { Point } from "../../sim/emoncms/inputs"
import { parseForm } from "../../sim/emoncms/php/form"
import { toFloat } from "../../sim/emoncms/php/number"
import { Notices } from "../../sim/emoncms/php/output"
import { filterName } from "../../sim/emoncms/php/text"
import { NEWEST_VERSION, Release } from "../../sim/emoncms/release"
import type { Exchange } from "./http-tap"

/** The release that parses the uploads. In the program's form, every release that answers `ok` accepts all values. */
const NEWEST = new Release(NEWEST_VERSION)

const BULK = /\/input\/bulk(\.json)?$/

/** Whether the last line is EmonCMS's `ok`. Older releases on PHP 8 print notices before it. */
function saysOk(body: string): boolean {
    return body.slice(body.lastIndexOf("\n") + 1) === "ok"
}

/**
 * The values that EmonCMS has accepted in one exchange: those of a bulk upload that it answered with `ok`, with the times and
 * names that EmonCMS gives them. Times relative to the server's clock are based on its `Date` header, if there is one.
 *
 * Values that a server stores without acknowledging them are not included.
 * @param houseTime the time by the house's clock in ms, for a server that does not say what time it is
 */
export function acceptedValues(
    { method, target, contentType, body, reply }: Exchange,
    houseTime: number,
): Point[] {
    const { pathname, search } = new URL(target, "http://server")
    if (method !== "POST" || !BULK.test(pathname) || !saysOk(reply.body)) return []
    const isForm = contentType?.startsWith("application/x-www-form-urlencoded") ?? false
    const form = isForm ? parseForm(body.toString("latin1")) : []
    const parameters = new Map([...parseForm(search.slice(1)), ...form])
    const now = Math.floor((reply.dateMs ?? houseTime) / 1000)
    return [...readBulk(NEWEST, parameters, body, now, new Notices())].flatMap(({ node, time, values }) =>
        [...values].map(([input, value]) => ({
            time,
            node: filterName(node),
            input: filterName(input),
            value: toFloat(value),
        })),
    )
}
