import type { EmonCmsServer } from "../../sim/emoncms/server"
import { setUpFeeds } from "../scenario/owner"
import type { Wiring } from "../wiring/config"
import type { Points } from "./messages"

/** Field names by the quantities of the service EmonMeter. Those of a heat meter begin with `heat_`. */
const FIELDS: Readonly<Record<string, string>> = {
    voltage: "voltage",
    current: "current",
    power: "power",
    energy: "energy",
    frequency: "frequency",
    powerFactor: "power_factor",
}

/** The values in the feeds of the EmonCMS stand-in. */
export class StoredValues {
    private constructor(
        private readonly server: EmonCmsServer,
        private readonly wiring: Wiring,
        /** Feed ids by input names. */
        readonly feeds: ReadonlyMap<string, number>,
    ) {}

    /** Creates a feed for every input, as an owner would. The server must not be listening yet. */
    static async open(server: EmonCmsServer, node: string, wiring: Wiring): Promise<StoredValues> {
        const inputs = wiring.meters.flatMap(({ name }) =>
            Object.keys(FIELDS).flatMap(quantity => inputOf(wiring, name, quantity)?.name ?? []),
        )
        const feeds = await setUpFeeds(server, node, inputs, wiring.pollSeconds)
        return new StoredValues(server, wiring, feeds)
    }

    /** Values of a quantity from a time on, in the units of the service EmonMeter. */
    points(meter: string, quantity: string, since = 0): Points {
        const { name = "", factor = 1 } = inputOf(this.wiring, meter, quantity) ?? {}
        const feed = this.feeds.get(name)
        const points = feed === undefined ? [] : this.server.feedPointsSince(feed, since)
        return { t: points.map(([time]) => time), v: points.map(([, value]) => value * factor) }
    }
}

/** Name of a quantity's input, and the factor for its values; `undefined` if the meter does not have the quantity. */
function inputOf(
    { meters, inputs }: Wiring,
    meter: string,
    quantity: string,
): { name: string; factor: number } | undefined {
    const own = meters.find(({ name }) => name === meter)
    const field = [FIELDS[quantity], `heat_${FIELDS[quantity]}`].find(wanted =>
        own?.facts.fields.some(({ name }) => name === wanted),
    )
    if (field === undefined) return undefined
    const wanted = inputs.find(input => input.field === field)
    const prefix = meters.length > 1 ? `${meter}_` : ""
    const isInWh = quantity === "energy" && wanted?.unit !== "kWh"
    return { name: prefix + (wanted?.name ?? field), factor: isInWh ? 0.001 : 1 }
}
