import { applyEdits, type JSONPath, modify, parse } from "jsonc-parser"
import type { Config, LineConfig, MeterConfig } from "../wiring/config"

/** The changes to `devicescript.json` that the set-up makes. What is omitted stays as it is. */
export interface ConfigChanges {
    readonly board?: string
    /** The way to the meters. */
    readonly line?: LineConfig
    /** All wired meters. */
    readonly meters?: readonly MeterConfig[]
}

/** Applies the changes to the text of `devicescript.json`. Comments, order and everything else stay. */
export function mergeConfig(text: string, { board, line, meters }: ConfigChanges): string {
    const config = (parse(text) ?? {}) as Partial<Config>
    let merged = text
    const set = (path: JSONPath, value: unknown) => {
        const formattingOptions = { insertSpaces: true, tabSize: indentOf(text), eol: endOf(text) }
        merged = applyEdits(merged, modify(merged, path, value, { formattingOptions }))
    }
    if (board !== undefined && board !== config.board) set(["board"], board)
    if (line && !sameLine(config.line, line)) {
        set(["line"], line.driver === config.line?.driver ? { ...config.line, ...line } : line)
    }
    if (meters && !sameMeters(config.meters, meters)) {
        const old = config.meters ?? []
        const inPlace = old.length === meters.length && meters.every(({ name }, i) => name === old[i]?.name)
        if (inPlace) {
            meters.forEach((meter, i) => {
                for (const key of ["model", "address"] as const) {
                    if (meter[key] !== old[i]?.[key]) set(["meters", i, key], meter[key])
                }
            })
        } else {
            const kept = (meter: MeterConfig) => ({
                ...old.find(({ name }) => name === meter.name),
                ...meter,
            })
            set(["meters"], meters.map(kept))
        }
    }
    return merged
}

/** Whether the existing line has all the wanted settings. Other settings do not matter. */
function sameLine(existing: LineConfig | undefined, wanted: LineConfig): boolean {
    if (!existing) return false
    return Object.entries(wanted).every(([key, value]) => existing[key as keyof LineConfig] === value)
}

function sameMeters(existing: readonly MeterConfig[] | undefined, wanted: readonly MeterConfig[]): boolean {
    if (existing?.length !== wanted.length) return false
    return wanted.every((meter, i) => {
        const other = existing[i]!
        return meter.name === other.name && meter.model === other.model && meter.address === other.address
    })
}

function indentOf(text: string): number {
    return /^( +)"/m.exec(text)?.[1]?.length ?? 4
}

function endOf(text: string): string {
    return text.includes("\r\n") ? "\r\n" : "\n"
}
