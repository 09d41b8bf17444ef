import { peacefairAc } from "./peacefair-ac"

/** Peacefair PZEM-016: RS485, external current transformer of 100 A. */
export const pzem016 = peacefairAc("pzem-016", 100, 20)
