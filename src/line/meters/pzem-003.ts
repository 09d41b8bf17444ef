import { peacefairDc } from "./peacefair-dc"

/** Peacefair PZEM-003: built-in shunt of 10 A. */
export const pzem003 = peacefairDc("pzem-003", 10, 1)
