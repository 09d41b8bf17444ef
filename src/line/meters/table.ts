import { Cell } from "./row"

const DECIMALS = 7

/** Digits behind the point of a field. */
export function decimalsAt(table: Buffer, row: number): number {
    return table[row + Cell.Format] & DECIMALS
}

/** One of the floats of a row. */
export function cellAt(table: Buffer, row: number, cell: Cell): number {
    return table.getAt(row + cell, "f64")
}
