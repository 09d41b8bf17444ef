/** The quantities that meters measure: name, unit, and decimal places. */
export const QUANTITIES = {
    power: { label: "Power", unit: "W", digits: 0 },
    voltage: { label: "Voltage", unit: "V", digits: 1 },
    current: { label: "Current", unit: "A", digits: 2 },
    energy: { label: "Energy", unit: "kWh", digits: 3 },
    frequency: { label: "Frequency", unit: "Hz", digits: 1 },
    powerFactor: { label: "Power factor", unit: "", digits: 2 },
}

export const LEVELS = ["debug", "info", "notice", "warning", "error"]

/** Formatters are created once, because creating one takes longer than using it many times. */
const NUMBERS = []
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hourCycle: "h23" })
const DATE = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" })

/** How to show a quantity, even one that this page does not know. */
export function quantityOf(name) {
    return QUANTITIES[name] ?? { label: name, unit: "", digits: 2 }
}

/** `1,234` or `1 234`, in the browser's locale. */
export function numberText(value, digits) {
    NUMBERS[digits] ??= new Intl.NumberFormat(undefined, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
    })
    return NUMBERS[digits].format(value)
}

/** A value with its unit; a dash if there is no value. */
export function valueText(quantity, value) {
    if (value === null || value === undefined) return "–"
    const { unit, digits } = quantityOf(quantity)
    return `${numberText(value, digits)}${unit === "" ? "" : ` ${unit}`}`
}

/** `14:03:20`, from seconds since the Unix epoch. */
export function timeText(seconds) {
    return TIME.format(seconds * 1000)
}

/** `Sat 28 Nov` */
export function dateText(seconds) {
    return DATE.format(seconds * 1000)
}

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 3 h`. */
export function durationText(seconds) {
    const units = [
        ["d", 86400],
        ["h", 3600],
        ["min", 60],
        ["s", 1],
    ]
    const first = units.findIndex(([, size]) => seconds >= size)
    if (first < 0) return "0 s"
    const [name, size] = units[first]
    const text = `${Math.floor(seconds / size)} ${name}`
    if (name === "s" || name === "min") return text
    const [nextName, nextSize] = units[first + 1]
    const rest = Math.floor((seconds % size) / nextSize)
    return rest === 0 ? text : `${text} ${rest} ${nextName}`
}

/** `1.2 kB` */
export function bytesText(bytes) {
    if (bytes < 1000) return `${bytes} B`
    return bytes < 1e6 ? `${numberText(bytes / 1000, 1)} kB` : `${numberText(bytes / 1e6, 1)} MB`
}
