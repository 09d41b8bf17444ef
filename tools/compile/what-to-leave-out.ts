import type { Config } from "../wiring/config"

/** What an owner can leave out of `devicescript.json`, and what that saves. */
export interface Saving {
    /** In words, as the file has it. */
    readonly what: string
    /** Bytes of functions. */
    readonly bytes: number
}

/**
 * Measures what could be left out of a program that is too large, most first.
 * @param functions bytes that its functions take
 * @param measure bytes of functions of the program for another configuration, however large
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
