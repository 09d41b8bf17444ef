import { expect, test } from "vitest"
import { plotOf } from "../../../tools/scenario/plot"
import { scenarioOf } from "../../../tools/scenario/read-scenario"
import { runScenario } from "../../../tools/scenario/run-scenario"

test("plots meter, feed, queue and every fault, with gaps in the curves", async () => {
    const scenario = scenarioOf({
        description: "less < more",
        duration: "30 min",
        timeline: [
            { at: "5 min", for: "10 min", fault: "server-refuses" },
            { at: "20 min", for: "5 min", fault: "meter-off" },
            { at: "28 min", fault: "reboot" },
        ],
    })
    const svg = plotOf(await runScenario(scenario))
    expect(svg).toContain(">less &#60; more</text>")
    expect(svg.match(/class="fault"/g)).toHaveLength(3)
    for (const label of ["server-refuses", "meter-off", "reboot"]) expect(svg).toContain(`>${label}</text>`)
    const path = (name: string) => new RegExp(`class="curve ${name}" d="([^"]+)"`).exec(svg)![1]!
    for (const curve of ["meter", "feed"]) {
        // One piece before the meter loses its power, one after that, and one after the reset.
        expect(path(curve).match(/M/g)!.length).toBeGreaterThanOrEqual(2)
        expect(path(curve).match(/M/g)!.length).toBeLessThanOrEqual(3)
    }
    expect(path("feed").length).toBeGreaterThan(1000)
    expect(svg).toMatch(/class="queue" d="M150 /)
    expect(svg.match(/<(\w+)/g)!.length).toBeGreaterThan(20)
    expect(svg).not.toContain("NaN")
})

test("plots more samples than a call can have arguments", async () => {
    const run = await runScenario(scenarioOf({ description: "long", duration: "5 min" }))
    const samples = Array.from({ length: 200_000 }, (_, i) => ({ ...run.samples[0]!, at: i, queued: i & 7 }))
    expect(plotOf({ ...run, samples })).toMatch(/class="queue" d="M150 /)
})
