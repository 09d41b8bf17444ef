/**
 * The faults that Toxiproxy knows, with its names and meanings (https://github.com/Shopify/toxiproxy#toxics). All times
 * are in milliseconds of the proxy's clock.
 */
export type Toxic =
    | (Targeted & {
          readonly type: "latency"
          /** Each chunk of data comes so much later. */
          readonly latency: number
          /** ... give or take so much, chosen for each chunk. */
          readonly jitter?: number
      })
    | {
          /** Connections are cut, and new ones are refused. */
          readonly type: "down"
      }
    | (Targeted & {
          readonly type: "bandwidth"
          /** The most that passes, in kB/s (1000 bytes). */
          readonly rate: number
      })
    | (Targeted & {
          readonly type: "slow_close"
          /** The end of the data comes so much later; the data themselves come at once. */
          readonly delay: number
      })
    | (Targeted & {
          readonly type: "timeout"
          /**
           * No data pass; after so long without any the connection is closed. With 0 it stays open, until the toxic is
           * removed.
           */
          readonly timeout: number
      })
    | (Targeted & {
          readonly type: "reset_peer"
          /** The first data (or their end) reset the connection, so much later. */
          readonly timeout: number
      })
    | (Targeted & {
          readonly type: "slicer"
          /** Data come in pieces of about this many bytes. */
          readonly averageSize: number
          /** ... give or take so many; less than the average. */
          readonly sizeVariation?: number
          /** Wait after each piece (Toxiproxy counts it in microseconds). */
          readonly delay?: number
      })
    | (Targeted & {
          readonly type: "limit_data"
          /** After so many bytes the connection is closed. */
          readonly bytes: number
      })

/** What a toxic acts on. */
export interface Targeted {
    /** Data on the way to the server, or on the way to the client (the default). */
    readonly stream?: "upstream" | "downstream"
    /** The part of the connections that is struck, 0 to 1; all if missing. */
    readonly toxicity?: number
}

/** A toxic that strikes single connections; `down` strikes the whole proxy. */
export type ConnectionToxic = Exclude<Toxic, { type: "down" }>

/** A toxic's name that does not exist. */
export class UnknownToxicError extends Error {
    override readonly name = "UnknownToxicError"

    constructor(readonly toxic: string) {
        super(`There is no toxic "${toxic}". Choose one of: ${TOXIC_NAMES.join(", ")}.`)
    }
}

/** One strong example of each toxic, for those who only want to give a name. */
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
 * The toxic of a name, with values that a client is sure to notice.
 *
 * @throws UnknownToxicError
 */
export function toxicNamed(name: string): Toxic {
    const known = TOXIC_NAMES.find(toxicName => toxicName === name)
    if (!known) throw new UnknownToxicError(name)
    return EXAMPLES[known]
}
