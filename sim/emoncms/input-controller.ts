import type { Context } from "./context"
import { readBulk } from "./input-bulk"
import { InputFormatError, readPost } from "./input-post"
import { type Inputs, NodeLimitError } from "./inputs"
import type { JsonReply } from "./php/json"
import { type PhpScalar, toFloat, toInt } from "./php/number"
import type { Notices } from "./php/output"
import { filterName } from "./php/text"
import { encodeProcessList, ProcessListError, runProcessList } from "./process-list"
import type { Storage } from "./processes"
import { jsonOutput, type Output, textOutput } from "./reply"

/** Answers `/input/...`. Unknown or forbidden actions get `false`, or an empty reply. */
export function inputController(context: Context, inputs: Inputs, storage: Storage, userId: number): Output {
    const { release, route, session, notices } = context
    if (release.noticesInputs && session.read) noticeProperties(notices)
    if (route.action === "post" || route.action === "bulk") {
        return textOutput(release, session.write ? submit(context, inputs, storage) : "")
    }
    const written = session.write ? administer(context, inputs, storage, userId) : undefined
    const reads = release.readKeyReadsInputs ? session.read : session.write
    return jsonOutput(written ?? (reads ? read(context, inputs) : false))
}

function noticeProperties(notices: Notices): void {
    for (const property of ["user", "input", "process", "device"]) {
        const message = `Creation of dynamic property InputMethods::$${property} is deprecated`
        notices.print("Deprecated", message, { file: "Modules/input/input_methods.php", line: 32 })
    }
}

/** Stores what a post or a batch contains. */
function submit(context: Context, inputs: Inputs, storage: Storage): string {
    const { release, route, parameters, body, now, notices, digest } = context
    const process = (input: { processList: string }, time: number, value: PhpScalar) =>
        runProcessList(release, input.processList, storage, time, toFloat(value))
    try {
        const submissions =
            route.action === "post"
                ? [readPost(release, route.subaction, parameters, now, notices)]
                : readBulk(release, parameters, body, now, notices)
        for (const { node, time, values } of submissions) inputs.update(node, time, values, process)
    } catch (error) {
        return failure(context, error)
    }
    const full = parameters.has("fulljson") && (route.action === "post" || release.bulkKnowsFullJson)
    return digest ?? (full ? '{"success": true}' : "ok")
}

function failure({ release, notices }: Context, error: unknown): string {
    const reason =
        error instanceof NodeLimitError
            ? `Error: ${error.message.replace("different", release.spellingOfDifferent)}`
            : error instanceof InputFormatError
              ? error.message
              : undefined
    if (reason === undefined) throw error
    if (release.noticesParameters) notices.logTime()
    return `{"success": false, "message": "${reason.replaceAll('"', "'")}"}`
}

/** Actions that need the write key, except sending data; `undefined` for any other action. */
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
        return setProcessList(context, input, storage)
    }
    if (input && action === "process" && subaction === "get") return input.processList
    if (action !== "disable" && action !== "enable" && action !== "isdisabled") return undefined
    if (action === "isdisabled") return inputs.creationDisabled
    inputs.creationDisabled = action === "disable"
    return { success: true, userid, message: `Input creation ${action}d` }
}

function setProcessList(
    { release, post, notices }: Context,
    input: { processList: string },
    storage: Storage,
): JsonReply {
    try {
        const encoded = encodeProcessList(release, post.get("processlist"), storage, notices)
        const success = encoded !== input.processList
        input.processList = encoded
        const message = `Input processlist ${success ? "updated" : "was not updated"}`
        const tellsList = release.processLists === "json"
        return tellsList ? { success, message, encoded_processlist: encoded } : { success, message }
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
