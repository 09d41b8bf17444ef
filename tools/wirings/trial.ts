import { CompileError } from "../compile/compile-error"
import { buildImage } from "../image"
import type { Config } from "../wiring/config"
import { ConfigError } from "../wiring/config-error"
import type { Balance } from "./account"
import { WiredHouse } from "./house"

/** The result of a wiring's trial. */
export type Trial =
    /** `configure` or the build rejects the wiring. */
    | { readonly refused: string }
    | ({
          readonly panics: readonly number[]
          /** Number of readings that were taken and are neither delivered, nor in the queue, nor counted as given up. */
          readonly lost: number
          readonly mostSteps: number
          readonly leastFreeBytes: number
      } & Balance)

/** Lengths of the phases in seconds: live, server unreachable, a log-in page, long heads, and the limit for delivery. */
const LIVE_S = 180
const OUTAGE_S = 2400
const PAGE_S = 120
const HEADS_S = 180
const DELIVERY_S = 7200
/** How long the server stays unreachable once there is no room for more readings, in seconds. */
const FULL_S = 3600

/**
 * A bad day has an outage of 40 minutes. The outage of the worst day lasts until all room is full or for three days, and then
 * an hour more.
 */
export type Day = "bad" | "worst"

/**
 * Takes a wiring through a day, by default a bad one: build, start, live, an outage, a log-in page of 45 KB, replies with
 * heads of nearly 4 KB, delivery, a reset without warning, and live again.
 * @param overrides texts that replace source files of the program, by path
 */
export async function tryWiring(
    config: Config,
    seed: number,
    day: Day = "bad",
    overrides?: Readonly<Record<string, string>>,
): Promise<Trial> {
    try {
        const image = await buildImage({ config, overrides })
        const house = await WiredHouse.begin(image, seed)
        try {
            return await live(house, day)
        } finally {
            await house.end()
        }
    } catch (error) {
        if (error instanceof ConfigError || error instanceof CompileError) return { refused: error.message }
        throw error
    }
}

/** Takes a started house through its day, but does not end it. */
export async function live(house: WiredHouse, day: Day): Promise<Trial> {
    const { rig, account, image } = house
    const { pollSeconds, uploadSeconds } = image.wiring
    await rig.pass(LIVE_S + 3 * pollSeconds)
    if (day === "worst") await house.outageUntilFull(FULL_S)
    else await house.outage(OUTAGE_S + 3 * pollSeconds)
    house.answering = "page"
    await rig.pass(PAGE_S)
    house.answering = "long heads"
    await rig.pass(HEADS_S)
    house.answering = "server"
    await house.deliver(DELIVERY_S)
    await house.counted()
    const { dropped, thinned, queued } = house.counters
    const beforeReset = rig.clock.now()
    await rig.simulation.reset()
    await rig.pass(LIVE_S + 2 * pollSeconds + 2 * uploadSeconds)
    const balance = account.balance(beforeReset)
    const counted = dropped + thinned + queued
    return {
        ...balance,
        panics: rig.panics,
        lost: Math.max(0, balance.missing - counted),
        mostSteps: rig.simulation.device.mostSteps,
        leastFreeBytes: house.leastFreeBytes,
    }
}
