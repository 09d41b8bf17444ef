import type { Config } from "../wiring/config"

/** A part of `devicescript.json` that the owner can leave out, and what that saves. */
export interface Saving {
    /** Description for the owner, in the terms of the file. */
    readonly what: string
    /** Bytes saved in the program's functions. */
    readonly bytes: number
}

/**
 * Measures how much each part of a configuration adds to a program that is too large, largest first.
 * @param functions size of the program's functions, in bytes
 * @param measure returns the size of the functions for another configuration, however large
 */
export async function savingsOf(
    config: Config,
    functions: number,
    measure: (config: Config) => Promise<number>,
): Promise<Saving[]> {
    const savings: Saving[] = []
    for (const { what, without } of parts(config))
        savings.push({ what, bytes: functions - (await measure(without)) })
    return savings.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes)
}

function parts(config: Config): { what: string; without: Config }[] {
    const { meters } = config
    const models = new Set(meters.map(({ model }) => model))
    const [{ model: first } = { model: undefined }] = meters
    const found = []
    if (config.services !== false)
        found.push({ what: 'the services, with "services": false', without: { ...config, services: false } })
    if (config.compression !== false)
        found.push({
            what: 'compression, with "compression": false',
            without: { ...config, compression: false },
        })
    if (meters.some(({ statistics }) => statistics?.length))
        found.push({
            what: 'the "statistics" of the meters',
            without: { ...config, meters: meters.map(({ statistics: _, ...meter }) => meter) },
        })
    if (models.size > 1)
        found.push({
            what: `meters of ${models.size - 1} of the ${models.size} models`,
            without: { ...config, meters: meters.filter(({ model }) => model === first) },
        })
    return found
}
