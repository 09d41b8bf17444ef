import { peacefairAc } from "./peacefair-ac"

/** Peacefair PZEM-014: RS485, built-in shunt of 10 A. */
export const pzem014 = peacefairAc("pzem-014", 10, 10)
