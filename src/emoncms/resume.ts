import { percentEncode } from "../net/percent-encoding"
import { answerLine } from "./answer"
import { tryParse } from "./json"

/**
 * Where to ask how far the server has come with the rows of a node, after an upload whose outcome is unclear. The
 * server handles rows in their order, and each sets the time of the inputs that it names.
 */
export function lastRowPath(node: string, input: string): string {
    return "/input/get.json?node=" + percentEncode(node) + "&name=" + percentEncode(input)
}

/**
 * Reads the reply to {@link lastRowPath}.
 *
 * @returns the time of the last row in Unix seconds; `null` when the server knows of none, because the node or the input
 * is new to it, or because its Redis has been restarted; `undefined` when the body is no answer to the question
 */
export function parseLastRow(body: string): number | null | undefined {
    const reply = tryParse<{ time?: unknown } | string>(answerLine(body))
    if (reply === "Node does not exist") return null
    if (reply === "Node variable does not exist") return null
    const time = (reply as { time?: unknown })?.time
    return time === null || typeof time === "number" ? (time as number) : undefined
}
