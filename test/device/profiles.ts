import type { Decoder, Field, Profile } from "../../src/line/meters/profile"
import { Cell, Flag, ROW } from "../../src/line/meters/row"

/** A field for {@link profileOf}. It can have any value and has no relation to other fields. */
export function field(name: string, unit: string, decimals: number): Field {
    return { name, unit, decimals }
}

/** A profile without a file. Its fields lie one after the other in the first request, `bytes` bytes each. */
export function profileOf(model: string, fields: Field[], decoders: Decoder[] = [], bytes = 2): Profile {
    const table = Buffer.alloc(ROW * fields.length)
    for (let i = 0; i < fields.length; i++) {
        const { decimals, unit } = fields[i]
        const row = i * ROW
        let factor = 1
        for (let k = 0; k < decimals; k++) factor = factor * 10
        table[row + Cell.Offset] = i * bytes
        table[row + Cell.Format] = decimals | Flag.Zero | (unit === "kWh" ? Flag.Counter | Flag.Energy : 0)
        table[row + Cell.First] = 255
        table[row + Cell.Second] = 255
        table[row + Cell.Steady] = 9
        table.setAt(row + Cell.Factor, "f64", factor)
        table.setAt(row + Cell.Unavailable, "f64", NaN)
        table.setAt(row + Cell.Min, "f64", -1e12)
        table.setAt(row + Cell.Max, "f64", 1e12)
        table.setAt(row + Cell.Limit, "f64", 1e12)
    }
    return {
        model,
        settleMs: 0,
        requests: hex`04000004`,
        labels: () => {
            const labels: string[] = []
            for (const f of fields) labels.push(f.name, f.unit)
            return labels
        },
        table,
        decoders,
        mark: model.length,
    }
}

/**
 * Adds the statistics of some fields to a profile.
 * @param fields indices of these fields
 */
export function withStatistics(profile: Profile, fields: number[]): Profile {
    const { model, settleMs, requests, decoders, mark } = profile
    const labels = profile.labels()
    const { length } = profile.table
    const table = Buffer.alloc(length + 3 * ROW * fields.length)
    table.blitAt(0, profile.table, 0, length)
    for (let i = 0; i < fields.length; i++) {
        const source = fields[i]
        for (let k = 0; k < 3; k++) {
            const row = length + (3 * i + k) * ROW
            table.blitAt(row, profile.table, source * ROW, ROW)
            table[row + Cell.Read] = 255
            table[row + Cell.Relation] = 0
            table[row + Cell.First] = source
            labels.push(labels[2 * source] + "_" + ["mean", "min", "max"][k], labels[2 * source + 1])
        }
    }
    return { model, settleMs, requests, labels: () => labels, table, decoders, mark: mark ^ 1 }
}
