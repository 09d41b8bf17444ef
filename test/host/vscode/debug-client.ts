import { once } from "node:events"
import { connect, type Socket } from "node:net"

/** A message of the Debug Adapter Protocol from a debug adapter. */
interface Message {
    readonly type: "response" | "event" | "request"
    readonly request_seq?: number
    readonly success?: boolean
    readonly message?: string
    readonly event?: string
    // biome-ignore lint/suspicious/noExplicitAny: bodies differ from message to message
    readonly body?: any
}

const HEADER_END = "\r\n\r\n"
const PATIENCE_MS = 120_000

/** The editor's end of the Debug Adapter Protocol. */
export class DebugClient {
    /** All events so far. */
    readonly events: Message[] = []
    private readonly answers = new Map<number, (message: Message) => void>()
    private waiting: (() => void)[] = []
    private rest: Buffer = Buffer.alloc(0)
    private sequence = 0

    private constructor(private readonly socket: Socket) {
        socket.on("data", data => this.read(data))
    }

    static async connect(port: number): Promise<DebugClient> {
        const socket = connect(port, "127.0.0.1")
        await once(socket, "connect")
        return new DebugClient(socket)
    }

    /** Sends a request, and waits for its answer. @returns its body */
    // biome-ignore lint/suspicious/noExplicitAny: bodies differ from message to message
    async request(command: string, args: object = {}): Promise<any> {
        const seq = ++this.sequence
        const text = JSON.stringify({ seq, type: "request", command, arguments: args })
        this.socket.write(`Content-Length: ${Buffer.byteLength(text)}${HEADER_END}${text}`)
        const answer = await inTime(command, new Promise<Message>(resolve => this.answers.set(seq, resolve)))
        if (!answer.success) throw new Error(`${command}: ${answer.message}`)
        return answer.body
    }

    /** Waits for an event, ignoring the first `from` ones. */
    // biome-ignore lint/suspicious/noExplicitAny: bodies differ from message to message
    async event(name: string, from = 0): Promise<any> {
        const find = () => this.events.slice(from).find(({ event }) => event === name)
        const seen = async () => {
            while (!find()) await new Promise<void>(resolve => this.waiting.push(resolve))
        }
        await inTime(name, seen())
        return find()!.body
    }

    close(): void {
        this.socket.end()
    }

    private read(data: Buffer): void {
        this.rest = Buffer.concat([this.rest, data])
        for (;;) {
            const headerEnd = this.rest.indexOf(HEADER_END)
            const length = Number(/Content-Length: (\d+)/.exec(this.rest.toString("latin1"))?.[1])
            const begin = headerEnd + HEADER_END.length
            if (headerEnd < 0 || this.rest.length < begin + length) return
            const message: Message = JSON.parse(this.rest.toString("utf8", begin, begin + length))
            this.rest = this.rest.subarray(begin + length)
            if (message.type === "event") this.events.push(message)
            else this.answers.get(message.request_seq!)?.(message)
            for (const wake of this.waiting.splice(0)) wake()
        }
    }
}

async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`In vain: ${what}`)), PATIENCE_MS)
    })
    try {
        return await Promise.race([work, late])
    } finally {
        clearTimeout(timer)
    }
}
