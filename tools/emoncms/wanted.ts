import { LOG, LOG_JOIN, SCALE, type Step } from "./process-list"

/** A field of a meter as it is uploaded: the input's name, and its unit. */
export interface UploadedField {
    readonly meter: string
    /** Name in the meter model, for example `power`. */
    readonly field: string
    /** Name of the input. */
    readonly input: string
    readonly unit: string
}

/** The EmonCMS apps that can be set up, by their names there. */
export const APP_KINDS = ["myheatpump", "myelectric"] as const
export type AppKind = (typeof APP_KINDS)[number]

/** A feed to be filled from an input. */
export interface WantedFeed {
    readonly input: string
    readonly name: string
    /** Unit of the feed. */
    readonly unit: string
    /** Factor by which the input's values are multiplied. */
    readonly factor: number
    /** Whether to fill gaps with a straight line, which is right for a meter's own counter. */
    readonly join: boolean
    /** The app's setting that names this feed. */
    readonly role?: string
}

/** Everything that EmonCMS should have. */
export interface Wanted {
    readonly node: string
    readonly inputs: readonly string[]
    readonly feeds: readonly WantedFeed[]
    /** Interval of the feeds, in seconds. */
    readonly intervalSeconds: number
    readonly app?: WantedApp
}

export interface WantedApp {
    readonly kind: AppKind
    readonly name: string
    /** Settings other than those that name feeds. */
    readonly settings: Readonly<Record<string, string | number | boolean>>
}

/** The shortest interval of a PHPFINA feed, in seconds. */
const SHORTEST_INTERVAL = 10

/** The app's feed for a field of a meter. `name` is both the feed's name and the app's setting for it. */
interface Purpose {
    readonly field: string
    readonly name: string
    readonly unit: "W" | "kWh" | "°C"
}

const HEATPUMP: readonly Purpose[] = [
    { field: "power", name: "heatpump_elec", unit: "W" },
    { field: "energy", name: "heatpump_elec_kwh", unit: "kWh" },
    { field: "heat_power", name: "heatpump_heat", unit: "W" },
    { field: "heat_energy", name: "heatpump_heat_kwh", unit: "kWh" },
    { field: "flow_temperature", name: "heatpump_flowT", unit: "°C" },
    { field: "return_temperature", name: "heatpump_returnT", unit: "°C" },
]

const HOUSE: readonly Purpose[] = [
    { field: "power", name: "use", unit: "W" },
    { field: "energy", name: "use_kwh", unit: "kWh" },
]

const APPS: Record<AppKind, Omit<WantedApp, "kind"> & { readonly purposes: readonly Purpose[] }> = {
    myheatpump: { name: "My Heatpump", settings: { enable_process_daily: true }, purposes: HEATPUMP },
    myelectric: { name: "My Electric", settings: {}, purposes: HOUSE },
}

/** Conversion factors by the units of input and feed. */
const FACTORS: Readonly<Record<string, number>> = { "Wh kWh": 0.001 }

/**
 * What EmonCMS should have for these fields: all inputs, and feeds for power, energy and temperatures. The app gets the
 * feeds of the first meter that has them; further meters get feeds named after their inputs.
 */
export function wantedFor(
    fields: readonly UploadedField[],
    { node, app, pollSeconds }: { node: string; app?: AppKind; pollSeconds: number },
): Wanted {
    const used = new Set<UploadedField>()
    const feeds: WantedFeed[] = []
    for (const { field: name, ...purpose } of app ? APPS[app].purposes : []) {
        const field = fields.find(other => other.field === name)
        if (!field) continue
        used.add(field)
        feeds.push({ ...feedFor(field, purpose.name, purpose.unit), role: purpose.name })
    }
    for (const field of fields) {
        const purpose = HEATPUMP.find(other => other.field === field.field)
        if (used.has(field) || !purpose) continue
        feeds.push(feedFor(field, purpose.unit === "kWh" ? `${field.input}_kwh` : field.input, purpose.unit))
    }
    return {
        node,
        inputs: fields.map(({ input }) => input),
        feeds,
        intervalSeconds: Math.max(SHORTEST_INTERVAL, pollSeconds),
        app: app && { kind: app, name: APPS[app].name, settings: APPS[app].settings },
    }
}

function feedFor({ input, unit: from }: UploadedField, name: string, unit: string): WantedFeed {
    return {
        input,
        name: feedName(name),
        unit,
        factor: FACTORS[`${from} ${unit}`] ?? 1,
        join: unit === "kWh",
    }
}

/** Replaces full stops, which EmonCMS permits in the names of nodes and inputs, but not of feeds. */
export function feedName(name: string): string {
    return name.replaceAll(".", "-")
}

/** The process list that fills a feed. */
export function stepsFor(feed: WantedFeed, feedId: number, knowsJoin: boolean): Step[] {
    const log = { process: feed.join && knowsJoin ? LOG_JOIN : LOG, args: [feedId] }
    return feed.factor === 1 ? [log] : [{ process: SCALE, args: [feed.factor] }, log]
}
