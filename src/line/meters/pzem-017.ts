import { peacefairDc } from "./peacefair-dc"

/** Peacefair PZEM-017: external shunt of 75 mV for 50, 100, 200 or 300 A. */
export const pzem017 = peacefairDc("pzem-017", 300, 2)
