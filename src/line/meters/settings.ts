import type { RegisterRange, Setting } from "./profile"
import { u16 } from "./registers"

/** Covers all settings of a profile in one request, because a reply does not say which registers it holds. */
export function settingsRange(settings: Setting[]): RegisterRange {
    let start = settings[0].register
    let last = start
    for (const setting of settings) {
        start = Math.min(start, setting.register)
        last = Math.max(last, setting.register)
    }
    return { functionCode: 3, start, count: last + 1 - start }
}

/**
 * Extracts a setting from the registers of {@link settingsRange}, as an integer scaled by its decimals; `undefined` for a
 * choice that the profile does not know.
 */
export function settingIn(
    { register, codes }: Setting,
    range: RegisterRange,
    registers: Buffer,
): number | undefined {
    const content = u16(registers, 2 * (register - range.start))
    if (!codes) return content
    for (let i = 0; i < codes.length; i = i + 2) if (codes[i + 1] === content) return codes[i]
    return undefined
}

/** The register content for `value`, an integer scaled by the setting's decimals; `undefined` if it is out of range. */
export function settingContent({ min, max, codes }: Setting, value: number): number | undefined {
    if (codes) {
        for (let i = 0; i < codes.length; i = i + 2) if (codes[i] === value) return codes[i + 1]
        return undefined
    }
    return Math.floor(value) === value && value >= min && value <= max ? value : undefined
}
