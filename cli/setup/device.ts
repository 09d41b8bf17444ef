import type { Account } from "../../tools/emoncms/account"
import type { ProvisionedFeed } from "../../tools/emoncms/provision"
import { KEY_VARIABLE } from "../../tools/settings/key-variable"
import { type FirstReading, firstReading, newestTimes } from "../../tools/setup/first-reading"
import type { Answers } from "./answers"
import { Child } from "./child"
import type { StepName } from "./options"
import type { Talk } from "./talk"

/** The result of {@link runDevice}. */
export interface DeviceOutcome {
    readonly kind: "chip" | "simulator"
    /** The first value that arrived in a feed; `null` if it was not waited for. */
    readonly reading: FirstReading | null
}

/** The build or the deployment failed, or no first reading arrived. */
export class DeviceStepError extends Error {
    override readonly name = "DeviceStepError"

    constructor(
        readonly step: StepName,
        reason: string,
    ) {
        super(`${reason}\nThe earlier steps are done. npm run setup continues here.`)
    }
}

export interface DeviceSurroundings {
    readonly answers: Answers
    readonly account: Account | undefined
    readonly feeds: readonly ProvisionedFeed[]
    readonly does: (step: StepName) => boolean
    readonly talk: Talk
}

/** How long the first reading may take, in ms: the chip must start, join the network and learn the time. */
const PATIENCE_MS = 300_000

/** Builds, deploys, and waits for the first reading; or runs the simulator instead of a chip. */
export async function runDevice(surroundings: DeviceSurroundings): Promise<DeviceOutcome> {
    const { answers, account, feeds, does } = surroundings
    const before = account ? await newestTimes(account, feeds) : new Map<number, number>()
    if (answers.device === "chip") {
        if (does("build")) await step("build", ["cli/build/main.ts"], surroundings)
        if (does("deploy")) await deploy(surroundings)
        const reading = does("reading") ? await awaitReading(surroundings, before, undefined) : null
        return { kind: "chip", reading }
    }
    if (!does("reading")) return { kind: "simulator", reading: null }
    const args = ["--emoncms", answers.emoncms, "--node", answers.node]
    const simulator = new Child("cli/start/main.ts", args, { [KEY_VARIABLE]: answers.key })
    try {
        return { kind: "simulator", reading: await awaitReading(surroundings, before, simulator) }
    } finally {
        await simulator.stop()
    }
}

async function deploy(surroundings: DeviceSurroundings): Promise<void> {
    const { port, flash, firmware } = surroundings.answers
    const args = port === undefined ? [] : ["--port", port]
    if (flash) args.push("--flash")
    if (firmware !== undefined) args.push("--firmware", firmware)
    // Without --no-follow it would wait for the first upload. The set-up waits for the reading in the feed instead.
    await step("deploy", ["cli/deploy.ts", "--no-follow", ...args], surroundings)
}

async function step(
    name: StepName,
    [script = "", ...args]: string[],
    { talk }: DeviceSurroundings,
): Promise<void> {
    talk.step(`npm run ${name}`)
    const child = new Child(script, args)
    if ((await child.ended) !== 0) throw new DeviceStepError(name, child.said.trim())
    talk.say(child.said.trim())
}

/** @param simulator the program that uploads; `undefined` if a chip does */
async function awaitReading(
    { account, feeds, talk }: DeviceSurroundings,
    before: ReadonlyMap<number, number>,
    simulator: Child | undefined,
): Promise<FirstReading | null> {
    if (!account || feeds.length === 0) return null
    talk.step(
        `Waiting for the first reading ${simulator ? "from the simulator's virtual meter" : "from the device"}`,
    )
    const deadline = Date.now() + PATIENCE_MS
    let ended = false
    const isOver = () => ended || Date.now() > deadline
    simulator?.ended.then(() => {
        ended = true
    })
    const reading = await firstReading(account, feeds, before, isOver)
    if (reading) {
        talk.say(`${reading.feed}: ${reading.value} at ${new Date(reading.time * 1000).toLocaleTimeString()}`)
        return reading
    }
    const cure = simulator?.said.trim() || "npm run device -- log shows the device's log."
    const problem = ended
        ? "The simulator has ended, and no reading has arrived in a feed."
        : `No reading has arrived in a feed within ${PATIENCE_MS / 60_000} minutes.`
    throw new DeviceStepError("reading", `${problem}\n${cure}`)
}
