import type { RecordedExchange } from "./recorded-exchange"
import { parseRequest, twoWords, withCrc } from "./rtu"

/** Whether somebody wants to know what a register holds; the others are only read along. */
export type Wanted = (address: number, functionCode: number, register: number) => boolean

/** Registers as a recording has them at one time: `address function register`, and the word. */
type Words = ReadonlyMap<string, number>

/**
 * The registers of a recording, for a master that reads them in other portions than the recorded one did: the registers of
 * a new reply all come from behind those of the reply before, each with the newest value when the last one had come.
 */
export class RecordedRegisters {
    private readonly steps: readonly Words[]
    /** How many steps the replies to each request have used up. */
    private readonly used = new Map<string, number>()

    /** @param wanted registers that must be in the recording; the others read 0 where they are not. All when left out. */
    constructor(
        exchanges: readonly RecordedExchange[],
        private readonly wanted: Wanted = () => true,
    ) {
        this.steps = exchanges.flatMap(exchange => wordsOf(exchange) ?? [])
    }

    /** @returns `undefined` for a request whose registers are not in the rest of the recording */
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

/** What a good answer to a read request says. */
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
