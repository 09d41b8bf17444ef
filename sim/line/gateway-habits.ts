import { type Random, seededRandom } from "../random"

/**
 * Habits of gateways that a client has to live with:
 *
 * - `heartbeats`: a text every {@link HEARTBEAT_MS}, whatever else goes over the connection
 * - `registration`: a text when a connection is made
 * - `busy`: exception 6 instead of an answer
 * - `stalls`: nothing passes for 2.5 s, in either direction
 * - `swallows`: data that arrives within a second after a connection is made is lost
 */
export const GATEWAY_HABITS = ["heartbeats", "registration", "busy", "stalls", "swallows"] as const

export type GatewayHabit = (typeof GATEWAY_HABITS)[number]

export const HEARTBEAT_MS = 1700
export const STALL_MS = 2500
export const SWALLOW_MS = 1000

/** No gateway has a habit of this name. */
export class UnknownGatewayHabit extends Error {
    constructor(readonly habit: string) {
        super(`There is no gateway fault "${habit}"; choose from ${GATEWAY_HABITS.join(", ")}`)
        this.name = "UnknownGatewayHabit"
    }
}

/** @throws UnknownGatewayHabit */
export function gatewayHabitNamed(name: string): GatewayHabit {
    const habit = GATEWAY_HABITS.find(one => one === name)
    if (habit === undefined) throw new UnknownGatewayHabit(name)
    return habit
}

/** Which habits a gateway has, and how often each shows: repeatable for a seed. */
export class GatewayHabits {
    private readonly rates = new Map<GatewayHabit, number>()
    private readonly random: Random

    constructor(seed = 1) {
        this.random = seededRandom(seed)
    }

    /** @param rate fraction of the requests, connections or heartbeats in which it shows, 0 to 1 */
    enable(habit: GatewayHabit, rate = 1): void {
        this.rates.set(habit, rate)
    }

    disable(habit: GatewayHabit): void {
        this.rates.delete(habit)
    }

    /** Whether the habit shows this time. */
    shows(habit: GatewayHabit): boolean {
        const rate = this.rates.get(habit)
        return rate !== undefined && this.random() < rate
    }
}
