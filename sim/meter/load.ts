/** What the meter's terminals see at one moment. */
export interface Flow {
    /** V, root mean square */
    readonly voltage: number
    /** A, root mean square */
    readonly current: number
    /** Active power in W; negative when it flows back. */
    readonly power: number
    /** Hz; 0 for direct current */
    readonly frequency: number
    /** What a heat meter sees; left out where there is none. */
    readonly heat?: HeatFlow
}

/** Water that carries heat. */
export interface HeatFlow {
    /** W; negative when heat is taken back, as in a defrost */
    readonly power: number
    /** l/h */
    readonly flow: number
    /** °C */
    readonly flowTemperature: number
    /** °C */
    readonly returnTemperature: number
}

/**
 * A load and its supply: the flow at a time in milliseconds since the Unix epoch. It is a pure function, so that a meter
 * counts the same no matter when it is asked.
 */
export type Load = (time: number) => Flow

/** A load that never changes. Defaults are 230 V, 50 Hz, and the current for a power factor of 1. */
export function constantLoad(flow: Partial<Flow> & { power: number }): Load {
    const voltage = flow.voltage ?? 230
    const constant: Flow = {
        voltage,
        current: flow.current ?? Math.abs(flow.power) / voltage,
        power: flow.power,
        frequency: flow.frequency ?? 50,
    }
    return () => constant
}
