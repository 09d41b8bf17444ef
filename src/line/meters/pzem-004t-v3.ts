import { peacefairAc } from "./peacefair-ac"

/** Peacefair PZEM-004T V3: TTL level, current transformer of 100 A; the variant with a shunt of 10 A reads alike. */
export const pzem004tV3 = peacefairAc("pzem-004t-v3", 100, 20)
