import { type Random, seededRandom } from "../random"
import { type Burst, FAULT_NAMES, type FaultName, strike } from "./faults"

/** When a fault strikes. */
export interface FaultRule {
    /** Probability per exchange, 0 to 1; always when left out. */
    readonly rate?: number
    /** Only exchanges with this slave address; all when left out. */
    readonly address?: number
}

/** Which faults are active, and how often they strike. Repeatable for a seed. */
export class FaultPlan {
    /** How often each fault has struck. */
    readonly struck = new Map<FaultName, number>()
    private readonly rules = new Map<FaultName, FaultRule>()
    private readonly random: Random
    /** The last answer to each request, by the request in hexadecimal. */
    private readonly answers = new Map<string, Uint8Array>()

    constructor(seed = 1) {
        this.random = seededRandom(seed)
    }

    /** @throws RangeError for a rate outside 0 to 1 */
    enable(fault: FaultName, rule: FaultRule = {}): void {
        const { rate = 1 } = rule
        if (!(rate >= 0 && rate <= 1)) throw new RangeError(`A rate is 0 to 1, not ${rate}`)
        this.rules.set(fault, rule)
    }

    /** Activates all faults, so that about `rate` of the exchanges are struck, some by several faults. */
    enableAll(rate: number): void {
        for (const fault of FAULT_NAMES) this.enable(fault, { rate: rate / FAULT_NAMES.length })
    }

    disable(fault: FaultName): void {
        this.rules.delete(fault)
    }

    disableAll(): void {
        this.rules.clear()
    }

    /** The faults that strike the next exchange with a server. */
    draw(address: number): ReadonlySet<FaultName> {
        const faults = new Set<FaultName>()
        for (const [fault, rule] of this.rules) {
            if (rule.address !== undefined && rule.address !== address) continue
            if (rule.rate !== undefined && this.random() >= rule.rate) continue
            faults.add(fault)
            this.struck.set(fault, (this.struck.get(fault) ?? 0) + 1)
        }
        return faults
    }

    /** Turns the servers' answers into what comes over the line, by applying the faults. */
    spoil(
        faults: ReadonlySet<FaultName>,
        answers: readonly Burst[],
        request: Uint8Array,
        characterMs: number,
    ): readonly Burst[] {
        const key = Buffer.from(request).toString("hex")
        const previous = this.answers.get(key)
        const fresh = answers.length === 1 ? answers[0]!.bytes : undefined
        if (fresh && !(previous && faults.has("stale-registers"))) this.answers.set(key, fresh)
        return strike(faults, answers, { previous, characterMs, random: this.random })
    }
}
