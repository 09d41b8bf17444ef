import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { type Clock, sleep } from "../../sim/clock"
import { projectRoot } from "../project"
import { milliseconds } from "../scenario/duration"
import { FAULTS } from "../scenario/faults"
import type { FaultOptions } from "../scenario/format"
import { readScenario } from "../scenario/read-scenario"
import { type End, endAll } from "../scenario/switches"
import { type Occurrence, timelineOf } from "../scenario/timeline"
import type { ClickableWorld } from "./fault-buttons"
import type { ScenarioState } from "./messages"

const FOLDER = "scenarios"

/** A scenario needs something that this house does not have. */
export class UnfitScenario extends Error {
    constructor(
        readonly file: string,
        readonly fault: string,
    ) {
        super(`${file} cannot run here: this simulation does not support ${fault}`)
        this.name = "UnfitScenario"
    }
}

/** The project's scenarios, with their descriptions. */
export async function shippedScenarios(): Promise<{ file: string; description: string }[]> {
    const names = (await readdir(join(projectRoot, FOLDER))).sort()
    const files = names.filter(name => name.endsWith(".json") && !name.endsWith(".schema.json"))
    return Promise.all(
        files.map(async file => {
            const { description } = await readScenario(join(projectRoot, FOLDER, file))
            return { file, description }
        }),
    )
}

/** Plays the faults of a scenario in a running house, with the house's own meters and at its own speed. */
export class ScenarioPlayer {
    private readonly start: number
    private readonly goingOn = new Map<Occurrence, End>()
    private stopped = false

    private constructor(
        private readonly file: string,
        private readonly clock: Clock,
        private readonly world: ClickableWorld,
        private readonly durationMs: number,
    ) {
        this.start = clock.now()
    }

    /**
     * Starts a scenario.
     * @param can whether the house has what a fault needs
     * @param say receives a sentence when a fault begins or ends, or cannot
     * @throws UnfitScenario, ConfigError
     */
    static async play(
        file: string,
        clock: Clock,
        world: ClickableWorld,
        can: (options: FaultOptions) => boolean,
        say: (sentence: string) => void,
    ): Promise<ScenarioPlayer> {
        const scenario = await readScenario(join(projectRoot, FOLDER, file))
        const timeline = timelineOf(scenario, scenario.seed)
        const unfit = timeline.find(({ options }) => !can(options))
        if (unfit) throw new UnfitScenario(file, wordsOf(unfit.options))
        const player = new ScenarioPlayer(file, clock, world, milliseconds(scenario.duration))
        for (const occurrence of timeline)
            player
                .happen(occurrence, say)
                .catch((error: Error) => say(`${wordsOf(occurrence.options)}: ${error.message}`))
        return player
    }

    /** `undefined` when the scenario is over. */
    get state(): ScenarioState | undefined {
        const progress = (this.clock.now() - this.start) / this.durationMs
        if (this.stopped || progress >= 1) return undefined
        const now = [...this.goingOn.keys()].map(({ options }) => wordsOf(options))
        return { file: this.file, progress, now }
    }

    /**
     * Ends the scenario, and all its faults in effect.
     * @throws Error when one of them cannot be ended
     */
    async stop(): Promise<void> {
        this.stopped = true
        const ends = [...this.goingOn.values()]
        this.goingOn.clear()
        await endAll(ends)
    }

    private async happen(occurrence: Occurrence, say: (sentence: string) => void): Promise<void> {
        const { at, until, options } = occurrence
        await this.until(at)
        if (this.stopped) return
        say(`${wordsOf(options)}${until === undefined ? "" : " begins"}`)
        const end = await FAULTS[options.fault].begin(this.world, options)
        if (until === undefined) return
        this.goingOn.set(occurrence, end)
        if (this.stopped) return this.stop()
        await this.until(until)
        if (!this.goingOn.delete(occurrence)) return
        await end()
        say(`${wordsOf(options)} ends`)
    }

    private until(at: number): Promise<void> {
        return sleep(this.clock, this.start + at - this.clock.now())
    }
}

/** `line crc-flipped`, `server-clock -1 h`. */
function wordsOf({ fault, line, gateway, by, meter, actor, does, toxic }: FaultOptions): string {
    return [fault, line, gateway, by, meter, toxic?.type, actor, does]
        .filter(word => word !== undefined)
        .join(" ")
}
