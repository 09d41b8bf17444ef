import type { Context } from "./application"
import { readBulk } from "./input-bulk"
import { InputFormatError, readPost } from "./input-post"
import { type Inputs, NodeLimitError } from "./inputs"
import type { JsonReply } from "./php/json"
import { type PhpScalar, toFloat, toInt } from "./php/number"
import { filterName } from "./php/text"
import { encodeProcessList, ProcessListError, runProcessList } from "./process-list"
import type { Storage } from "./processes"
import { jsonOutput, type Output, textOutput } from "./reply"

/** Answers `/input/...`. What is unknown or not allowed is answered with `false`, or with nothing at all. */
export function inputController(context: Context, inputs: Inputs, storage: Storage, userId: number): Output {
    const { route, session } = context
    if (route.action === "post" || route.action === "bulk") {
        return textOutput(session.write ? submit(context, inputs, storage) : "")
    }
    const written = session.write ? administer(context, inputs, storage, userId) : undefined
    return jsonOutput(written ?? (session.read ? read(context, inputs) : false))
}

/** Stores what a post or a batch contains. */
function submit(context: Context, inputs: Inputs, storage: Storage): string {
    const { route, parameters, body, now, notices, digest } = context
    const process = (input: { processList: string }, time: number, value: PhpScalar) =>
        runProcessList(input.processList, storage, time, toFloat(value))
    try {
        const submissions =
            route.action === "post"
                ? [readPost(route.subaction, parameters, now, notices)]
                : readBulk(parameters, body, now, notices)
        for (const { node, time, values } of submissions) inputs.update(node, time, values, process)
    } catch (error) {
        return failure(error)
    }
    return digest ?? (parameters.has("fulljson") ? '{"success": true}' : "ok")
}

function failure(error: unknown): string {
    const reason =
        error instanceof NodeLimitError
            ? `Error: ${error.message}`
            : error instanceof InputFormatError
              ? error.message
              : undefined
    if (reason === undefined) throw error
    return `{"success": false, "message": "${reason.replaceAll('"', "'")}"}`
}

/** What needs the write key beside sending data; `undefined` for other actions. */
function administer(
    context: Context,
    inputs: Inputs,
    storage: Storage,
    userid: number,
): JsonReply | undefined {
    const { action, subaction } = context.route
    const inputId = context.query.get("inputid")
    const input = inputId === undefined ? undefined : inputs.find(toInt(inputId))
    if (input && action === "process" && subaction === "set") {
        return setProcessList(input, context.post.get("processlist") ?? "", storage)
    }
    if (input && action === "process" && subaction === "get") return input.processList
    if (action !== "disable" && action !== "enable" && action !== "isdisabled") return undefined
    if (action === "isdisabled") return inputs.creationDisabled
    inputs.creationDisabled = action === "disable"
    return { success: true, userid, message: `Input creation ${action}d` }
}

function setProcessList(input: { processList: string }, json: string, storage: Storage): JsonReply {
    try {
        const encoded = encodeProcessList(json, storage)
        const changed = encoded !== input.processList
        input.processList = encoded
        const message = `Input processlist ${changed ? "updated" : "was not updated"}`
        return { success: changed, message, encoded_processlist: encoded }
    } catch (error) {
        if (!(error instanceof ProcessListError)) throw error
        return { success: false, message: error.message }
    }
}

function read(context: Context, inputs: Inputs): JsonReply {
    switch (context.route.action) {
        case "get":
            return readValues(context, inputs)
        case "list":
            return inputs.all().map(input => ({
                id: String(input.id),
                nodeid: input.node,
                name: input.name,
                description: "",
                processList: input.processList,
                ...inputs.lastValue(input),
            }))
        case "getinputs":
        case "get_inputs":
            return byNode(inputs, ({ id, processList }) => ({ id: String(id), processList }))
        default:
            return false
    }
}

/** `/input/get`: all nodes, one node, or one input. */
function readValues({ route, query }: Context, inputs: Inputs): JsonReply {
    const all = byNode(inputs, input => ({ ...inputs.lastValue(input), processList: input.processList }))
    const node = route.subaction || query.get("node")
    if (node === undefined) return all
    const values = all.get(filterName(node))
    if (values === undefined) return "Node does not exist"
    const name = route.subaction2 || query.get("name")
    if (name === undefined) return values
    return values.get(filterName(name)) ?? "Node variable does not exist"
}

function byNode(
    inputs: Inputs,
    describe: (input: Parameters<Inputs["lastValue"]>[0]) => JsonReply,
): Map<string, Map<string, JsonReply>> {
    const nodes = new Map<string, Map<string, JsonReply>>()
    for (const [node, members] of inputs.byNode()) {
        nodes.set(node, new Map([...members].map(([name, input]) => [name, describe(input)])))
    }
    return nodes
}
