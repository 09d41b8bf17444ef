import { percentEncode } from "../net/percent-encoding"
import { answerLine } from "./answer"
import { tryParse } from "./json"

/**
 * Path that asks how far the server got with the rows of a node, after an upload with an unclear outcome. The server handles
 * rows in order, and each row sets the time of the inputs that it names.
 */
export function lastRowPath(node: string, input: string): string {
    return "/input/get.json?node=" + percentEncode(node) + "&name=" + percentEncode(input)
}

/**
 * Parses the reply to {@link lastRowPath}.
 *
 * @returns the time of the last row in Unix seconds; `null` if the server knows none, because the node or the input is new
 * or because its Redis was restarted; `undefined` if the body does not answer the question
 */
export function parseLastRow(body: string): number | null | undefined {
    const reply = tryParse<{ time?: unknown } | string>(answerLine(body))
    if (reply === "Node does not exist") return null
    if (reply === "Node variable does not exist") return null
    const time = (reply as { time?: unknown })?.time
    return time === null || typeof time === "number" ? (time as number) : undefined
}
