import { Cell } from "./row"

const DECIMALS = 7

/** Digits after the decimal point of a field. */
export function decimalsAt(table: Buffer, row: number): number {
    return table[row + Cell.Format] & DECIMALS
}

/** A float of a row. */
export function cellAt(table: Buffer, row: number, cell: Cell): number {
    return table.getAt(row + cell, "f64")
}
