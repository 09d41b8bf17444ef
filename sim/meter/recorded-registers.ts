import type { RecordedExchange } from "./recorded-exchange"
import { parseRequest, twoWords, withCrc } from "./rtu"

/** Whether the caller needs the content of a register. The others are only read along. */
export type Wanted = (address: number, functionCode: number, register: number) => boolean

/** Registers at one time of a recording: the words, by `address function register`. */
type Words = ReadonlyMap<string, number>

/**
 * The registers of a recording, for a client that groups its reads differently from the recorded one. Each reply to a
 * request takes its registers from the part of the recording after the previous reply to it, up to the point where all
 * wanted ones have appeared. Every register has its newest value at that point.
 */
export class RecordedRegisters {
    private readonly steps: readonly Words[]
    /** How many steps the replies to each request have consumed. */
    private readonly used = new Map<string, number>()

    /** @param wanted registers that must be in the recording; others read 0 if they are not in it. All when left out. */
    constructor(
        exchanges: readonly RecordedExchange[],
        private readonly wanted: Wanted = () => true,
    ) {
        this.steps = exchanges.flatMap(exchange => wordsOf(exchange) ?? [])
    }

    /** @returns `undefined` if the request has no wanted registers, or if they are not in the rest of the recording */
    reply(frame: Uint8Array): Uint8Array | undefined {
        const request = parseRequest(frame)
        if (request?.data.length !== 4) return undefined
        const { address, functionCode } = request
        const [start, count] = twoWords(request.data)
        const registers = Array.from({ length: count }, (_, i) => start + i)
        const needed = new Set(
            registers
                .filter(register => this.wanted(address, functionCode, register))
                .map(register => `${address} ${functionCode} ${register}`),
        )
        if (needed.size === 0) return undefined
        const id = Buffer.from(frame).toString("hex")
        const found = new Map<string, number>()
        for (let i = this.used.get(id) ?? 0; i < this.steps.length; i++) {
            for (const [register, word] of this.steps[i]!) {
                found.set(register, word)
                needed.delete(register)
            }
            if (needed.size > 0) continue
            this.used.set(id, i + 1)
            const words = registers.map(register => found.get(`${address} ${functionCode} ${register}`) ?? 0)
            return withCrc([address, functionCode, 2 * count, ...words.flatMap(w => [w >> 8, w & 0xff])])
        }
        return undefined
    }
}

/** The registers in a valid reply to a read request. */
function wordsOf({ request: frame, answers }: RecordedExchange): Words | undefined {
    const request = frame && parseRequest(frame)
    if (request?.data.length !== 4 || answers.length !== 1) return undefined
    const answer = parseRequest(answers[0]!.bytes)
    const [start, count] = twoWords(request.data)
    const { address, functionCode } = request
    const fits =
        answer?.address === address &&
        answer.functionCode === functionCode &&
        answer.data[0] === 2 * count &&
        answer.data.length === 1 + 2 * count
    if (!fits) return undefined
    return new Map(
        Array.from({ length: count }, (_, i) => [
            `${address} ${functionCode} ${start + i}`,
            (answer.data[1 + 2 * i]! << 8) | answer.data[2 + 2 * i]!,
        ]),
    )
}
