import { createServer, request, type Server } from "node:http"
import { text } from "node:stream/consumers"
import type { BuildJob } from "./build-job"
import { CompileError } from "./compile-error"
import type { CompilerOutput } from "./compiler"

/** Names the socket at which another process of this user shares its builder. */
const SOCKET = "EMON_BUILDER"

/** The answer to a job: a program in Base64 with its debug information, the compiler's messages, or another failure. */
type Answer =
    | { readonly bytecode: string; readonly debugInfo: string }
    | { readonly messages: string }
    | { readonly failure: string }

/** Whether another process shares its builder with this one. */
export function hasSharedBuilder(): boolean {
    return process.env[SOCKET] !== undefined
}

/**
 * Has the process that shares its builder build a program. A warm builder takes a fifth of the time of a new one.
 * @returns `undefined` if no process shares one
 * @throws CompileError
 */
export async function askSharedBuilder(job: BuildJob): Promise<CompilerOutput | undefined> {
    const socketPath = process.env[SOCKET]
    if (socketPath === undefined) return undefined
    const answer: Answer = JSON.parse(await post(socketPath, JSON.stringify(job, withSources)))
    if ("failure" in answer) throw new Error(answer.failure)
    if ("messages" in answer) throw new CompileError(job.entry, answer.messages)
    return { bytecode: new Uint8Array(Buffer.from(answer.bytecode, "base64")), debugInfo: answer.debugInfo }
}

/**
 * Shares a builder.
 * @param build builds a program
 * @param socketPath a new path in a folder that only this user can open
 */
export async function shareBuilder(
    build: (job: BuildJob) => Promise<CompilerOutput>,
    socketPath: string,
): Promise<Server> {
    const server = createServer(async (asked, reply) => {
        const { sources, ...job } = JSON.parse(await text(asked))
        const answer = await answerTo(() => build({ ...job, sources: new Map(sources) }))
        reply.end(JSON.stringify(answer))
    })
    await new Promise<void>(resolve => server.listen(socketPath, resolve))
    return server
}

/** The environment for a process that is to use a shared builder. */
export function builderAt(socketPath: string): Record<string, string> {
    return { [SOCKET]: socketPath }
}

async function answerTo(build: () => Promise<CompilerOutput>): Promise<Answer> {
    try {
        const { bytecode, debugInfo } = await build()
        return { bytecode: Buffer.from(bytecode).toString("base64"), debugInfo }
    } catch (error) {
        if (error instanceof CompileError) return { messages: error.output }
        return { failure: (error as Error).stack ?? String(error) }
    }
}

function withSources(_key: string, value: unknown): unknown {
    return value instanceof Map ? [...value] : value
}

function post(socketPath: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const asking = request({ socketPath, method: "POST", agent: false }, reply => resolve(text(reply)))
        asking.on("error", reject)
        asking.end(body)
    })
}
