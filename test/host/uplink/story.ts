import type { Passing } from "./detour"
import type { Scenario } from "./scenarios"
import { SLOT, UplinkRig, WIFI_PASSWORD } from "./uplink-rig"

/** How long a situation lasts, and how long recovery from it can take, in seconds of the device's time. */
const LASTS = 100
const RECOVERY = 1500

/** The outcome of a scenario. */
export interface Story {
    readonly scenario: Scenario
    /** The uplink's conclusions from the answers, each named once, a good end last. */
    readonly conclusions: string[]
    /** How many readings EmonCMS acknowledged while the situation lasted, and how many were taken meanwhile. */
    readonly accepted: number
    readonly taken: number
    /** Warnings and errors, each named once. */
    readonly told: string[]
    /** Warnings and errors that were repeated before the trouble was over. */
    readonly saidAgain: string[]
    /** Whether the queue was empty again within the time for recovery. */
    readonly recovered: boolean
    /** Readings that were dropped or set aside. */
    readonly dropped: number
    /** Readings that were stored more than once, and slots between the first and the last without a value. */
    readonly repeated: number
    readonly missing: number
    /** Restarts of actors or of the program. */
    readonly restarts: string[]
    /** Everything that could give a secret away. */
    readonly outputs: string[]
    /** The content of the flash, without the secret settings. */
    readonly flash: string
}

/**
 * @param version of EmonCMS
 * @param start when the device is switched on
 */
export async function tell(
    scenario: Scenario,
    bytecode: Uint8Array,
    version: string,
    start?: number,
): Promise<Story> {
    const rig = new UplinkRig(version, start)
    const early = scenario.atStart ? await scenario.begin(rig) : undefined
    await rig.start(bytecode, { WIFI_PWD: WIFI_PASSWORD, ...scenario.settings })
    try {
        if (!early && !(await rig.within(300, () => rig.counters.accepted > 0)))
            throw new Error(`${scenario.name}: nothing was accepted before it began`)
        // Lets exchanges that are under way come to their end.
        if (!early) await rig.pass(2)
        const before = { ...rig.counters }
        const from = rig.log.length
        const end = early ?? (await scenario.begin(rig))
        await rig.pass(LASTS)
        const during = { ...rig.counters }
        const lines = rig.log.slice(from).map(({ level, text }) => ({ level, text }))
        await end()
        const recovered = !scenario.settings && (await rig.within(RECOVERY, () => caughtUp(rig)))
        return {
            scenario,
            conclusions: conclusionsOf(lines.map(({ text }) => text)),
            accepted: during.accepted - before.accepted,
            taken: during.readings - before.readings,
            told: [...new Set(toldBy(lines))],
            saidAgain: saidAgain(lines),
            recovered,
            dropped: rig.counters.dropped,
            repeated: rig.stored.length - new Set(rig.stored.map(({ time }) => time)).size,
            missing: missingSlots(rig.stored.map(({ time }) => time)),
            restarts: rig.log
                .map(({ text }) => text)
                .filter(text => /starts again|program restarts|panic/i.test(text)),
            outputs: [...rig.log.map(({ text }) => text), ...rig.detour.seen.map(withoutAuthorization)],
            flash: rig.flashWithoutSecrets(),
        }
    } finally {
        await rig.stop()
    }
}

/** A request without the one header that is meant to hold the key. */
function withoutAuthorization({ url, headers, body }: Passing): string {
    const { authorization: _, ...others } = headers
    return `${url} ${JSON.stringify(others)} ${body.toString("latin1")}`
}

function caughtUp({ counters }: UplinkRig): boolean {
    return counters.queued <= 1 && counters.accepted > 0
}

function conclusionsOf(lines: string[]): string[] {
    const found = lines.flatMap(text => {
        const upload = /^uplink: upload: (.*)$/.exec(text)?.[1]
        const failure = /^uplink: failed: (.*)$/.exec(text)?.[1]
        const asked = /^uplink: the server has /.test(text) ? "asks what is stored" : undefined
        return [upload ?? failure ?? asked ?? []].flat()
    })
    const last = ["asks what is stored", "accepted"]
    return [...new Set(found)].sort((a, b) => last.indexOf(a) - last.indexOf(b))
}

function toldBy(lines: { level: string | undefined; text: string }[]): string[] {
    return lines
        .filter(({ level }) => level === "warn" || level === "error")
        .map(({ text }) => text.replace(/127\.0\.0\.1:\d+/g, "server:80"))
        .map(text => text.replace(/(not sent again: ).*/, "$1..."))
}

function saidAgain(lines: { level: string | undefined; text: string }[]): string[] {
    const said = new Set<string>()
    return lines.flatMap(line => {
        if (line.text === "uplink: EmonCMS accepts readings again") said.clear()
        const again = toldBy([line]).filter(text => said.has(text))
        for (const text of toldBy([line])) said.add(text)
        return again
    })
}

function missingSlots(times: number[]): number {
    if (times.length === 0) return 0
    const stored = new Set(times)
    let missing = 0
    for (let time = Math.min(...times); time <= Math.max(...times); time += SLOT) {
        if (!stored.has(time)) missing++
    }
    return missing
}
