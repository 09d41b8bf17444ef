import { expect, test } from "vitest"
import type { GatewayMode } from "../../../sim/line/gateway"
import { GATEWAY_HABITS, type GatewayHabit } from "../../../sim/line/gateway-habits"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { runScenario } from "../../../tools/scenario/run-scenario"
import { isLong } from "../../long"

const MODES: GatewayMode[] = ["modbus-tcp", "rtu-over-tcp"]

/** How often a habit shows, and how many slots of an hour it can cost at most. */
const HABITS: Readonly<Record<GatewayHabit, { rate?: number; unread: number }>> = {
    heartbeats: { unread: 2 },
    registration: { unread: 2 },
    // Busy twice in a row loses a slot: 0.04 of 360, and up to as many again by chance.
    busy: { rate: 0.2, unread: 30 },
    // One in ten requests stalls. Its slot can be lost, but no other.
    stalls: { rate: 0.1, unread: 45 },
    swallows: { unread: 6 },
}

const PAIRS = MODES.flatMap(mode => GATEWAY_HABITS.map(habit => [mode, habit] as const))

// The short run tests each habit with one mode, and each mode with some habits.
test.each(isLong ? PAIRS : PAIRS.filter((_, i) => i % 2 === 0))(
    "%s with %s: an hour's readings arrive, and none is wrong",
    async (gateway, habit) => {
        const { rate, unread } = HABITS[habit]
        const scenario = scenarioOf({
            description: "A gateway with a habit.",
            duration: "1 h",
            line: { gateway },
            timeline: [{ at: "0 s", for: "1 h", fault: "gateway", gateway: habit, rate }],
        })
        const { report } = await runScenario(scenario)
        expect(report).toMatchObject({
            wrong: 0,
            lost: 0,
            panics: 0,
            duplicated: 0,
            sentAgain: 0,
            energyErrorWh: 0,
        })
        expect(report.unread).toBeLessThanOrEqual(unread)
    },
)

test("refuses a gateway fault on a line without a gateway", () => {
    const timeline = [{ at: "0 s", for: "1 h", fault: "gateway", gateway: "busy" }]
    expect(() => scenarioOf({ description: "", duration: "1 h", timeline })).toThrow(
        'timeline[0].fault = "gateway" needs a gateway. Write "line": { "gateway": "modbus-tcp" }',
    )
})
