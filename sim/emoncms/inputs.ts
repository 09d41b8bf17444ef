import type { PhpScalar } from "./php/number"
import { filterName } from "./php/text"
import { type Redis, type TimeValue, UNKNOWN } from "./redis"

/** Nodes per account (`max_node_id_limit`). */
const NODE_LIMIT = 32

/** An input: a named value of a node. */
export interface Input {
    readonly id: number
    /** Empty if no character of the sent name was allowed. Such a node is listed as `0`. */
    readonly node: string
    readonly name: string
    /** Encoded processes that run on every value; empty for none. */
    processList: string
}

/** A value that the server accepted. */
export interface Point {
    /** Seconds since the Unix epoch. */
    readonly time: number
    readonly node: string
    readonly input: string
    /** `null` if it is not a finite number. */
    readonly value: number | null
}

/** A node beyond the 32 that an account can have. */
export class NodeLimitError extends Error {
    override readonly name = "NodeLimitError"

    constructor(readonly node: string) {
        super(
            "Reached the maximal allowed number of different NodeIds, " +
                `limit is ${NODE_LIMIT}. Node '${node}' was ignored.`,
        )
    }
}

/** The inputs of the account. Ids count up from 1. */
export class Inputs {
    /** Whether values of unknown inputs are dropped (`/input/disable`). */
    creationDisabled = false
    private readonly list: Input[] = []
    private readonly nodes = new Map<string, Map<string, Input>>()

    /** @param onAccepted called with every value that an input accepted */
    constructor(
        private readonly redis: Redis,
        private readonly onAccepted: (point: Point) => void,
    ) {}

    /** All inputs, oldest first. */
    all(): readonly Input[] {
        return this.list
    }

    /** Inputs by node and name. A node without a name is listed as `0`. */
    byNode(): ReadonlyMap<string, ReadonlyMap<string, Input>> {
        return this.nodes
    }

    find(id: number): Input | undefined {
        return this.list.find(input => input.id === id)
    }

    /** Sets the time of all inputs of a node. Their values stay, and no process runs. */
    touch(node: string, time: number): void {
        for (const input of this.nodes.get(node)?.values() ?? [])
            this.redis.set(lastValueKey(input), time, this.lastValue(input).value)
    }

    lastValue(input: Input): TimeValue {
        return this.redis.get(lastValueKey(input)) ?? UNKNOWN
    }

    /**
     * Stores values of one node at one time, and creates inputs that do not exist yet. After all values are stored, those
     * of inputs with a process list are processed.
     *
     * @param nodeName unfiltered
     * @param process runs the process list of an input on a value
     * @throws NodeLimitError for a 33rd node; nothing is stored
     */
    update(
        nodeName: string,
        time: number,
        values: ReadonlyMap<string, PhpScalar>,
        process: (input: Input, time: number, value: PhpScalar) => void,
    ): void {
        const node = filterName(nodeName)
        if (!this.nodes.has(node) && this.nodes.size >= NODE_LIMIT) throw new NodeLimitError(node)
        const known = new Map(this.nodes.get(node))
        const processed: [Input, PhpScalar][] = []
        for (const [rawName, value] of values) {
            const name = filterName(rawName)
            const input = known.get(name) ?? this.create(node, name)
            if (!input) continue
            known.set(name, input)
            this.store(input, time, value)
            if (input.processList) processed.push([input, value])
        }
        for (const [input, value] of processed) process(input, time, value)
    }

    private create(node: string, name: string): Input | undefined {
        if (this.creationDisabled) return undefined
        const input: Input = { id: this.list.length + 1, node, name, processList: "" }
        this.list.push(input)
        const inputs = this.nodes.get(node || "0")
        if (inputs) inputs.set(name, input)
        else this.nodes.set(node || "0", new Map([[name, input]]))
        return input
    }

    private store(input: Input, time: number, value: PhpScalar): void {
        this.redis.set(lastValueKey(input), time, value)
        const { value: stored } = this.lastValue(input)
        this.onAccepted({ time, node: input.node || "0", input: input.name, value: stored })
    }
}

function lastValueKey(input: Input): string {
    return `input:lastvalue:${input.id}`
}
