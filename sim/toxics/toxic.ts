/**
 * The faults of Toxiproxy, with its names and meanings (https://github.com/Shopify/toxiproxy#toxics). All times are in
 * milliseconds of the proxy's clock.
 */
export type Toxic =
    | (Targeted & {
          readonly type: "latency"
          /** Delay of each chunk of data. */
          readonly latency: number
          /** Largest random deviation from that, chosen for each chunk. */
          readonly jitter?: number
      })
    | {
          /** Connections are cut, and new ones are refused. */
          readonly type: "down"
      }
    | (Targeted & {
          readonly type: "bandwidth"
          /** Maximum throughput, in kB/s (1000 bytes). */
          readonly rate: number
      })
    | (Targeted & {
          readonly type: "slow_close"
          /** Delay of the end of the data. The data itself is not delayed. */
          readonly delay: number
      })
    | (Targeted & {
          readonly type: "timeout"
          /**
           * Drops all data, and closes the connection after this long without any. With 0 it stays open until the toxic is
           * removed.
           */
          readonly timeout: number
      })
    | (Targeted & {
          readonly type: "reset_peer"
          /** Resets the connection this long after the first data, or after its end. */
          readonly timeout: number
      })
    | (Targeted & {
          readonly type: "slicer"
          /** Data arrives in pieces of about this many bytes. */
          readonly averageSize: number
          /** Largest deviation from that; less than the average. */
          readonly sizeVariation?: number
          /** Delay after each piece (Toxiproxy gives it in microseconds). */
          readonly delay?: number
      })
    | (Targeted & {
          readonly type: "limit_data"
          /** Closes the connection after this many bytes. */
          readonly bytes: number
      })

/** What a toxic acts on. */
export interface Targeted {
    /** Data on its way to the server, or to the client (the default). */
    readonly stream?: "upstream" | "downstream"
    /** Fraction of the connections that are affected, 0 to 1; all if missing. */
    readonly toxicity?: number
}

/** A toxic that affects single connections; `down` affects the whole proxy. */
export type ConnectionToxic = Exclude<Toxic, { type: "down" }>

/** There is no toxic of this name. */
export class UnknownToxicError extends Error {
    override readonly name = "UnknownToxicError"

    constructor(readonly toxic: string) {
        super(`There is no toxic "${toxic}". Choose one of: ${TOXIC_NAMES.join(", ")}.`)
    }
}

/** One strong example of each toxic, for callers that only give a name. */
const EXAMPLES: { readonly [Name in Toxic["type"]]: Toxic & { type: Name } } = {
    latency: { type: "latency", latency: 2000, jitter: 1500 },
    down: { type: "down" },
    bandwidth: { type: "bandwidth", rate: 0.1 },
    slow_close: { type: "slow_close", delay: 20_000 },
    timeout: { type: "timeout", timeout: 0 },
    reset_peer: { type: "reset_peer", timeout: 0 },
    slicer: { type: "slicer", averageSize: 1, delay: 10 },
    limit_data: { type: "limit_data", bytes: 100 },
}

export const TOXIC_NAMES = Object.keys(EXAMPLES) as Toxic["type"][]

/**
 * The toxic of a name, with values that a client is certain to notice.
 *
 * @throws UnknownToxicError
 */
export function toxicNamed(name: string): Toxic {
    const known = TOXIC_NAMES.find(toxicName => toxicName === name)
    if (!known) throw new UnknownToxicError(name)
    return EXAMPLES[known]
}
