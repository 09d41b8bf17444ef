import { drawn, element } from "./dom.js"
import { QUANTITIES, quantityOf, valueText } from "./format.js"
import { Series } from "./series.js"

const WIDTH = 120
const HEIGHT = 32
/** Time span of a small chart, in s. */
const SPAN_S = 3600

/** A small chart of every quantity. The chosen quantity is also shown in the large chart. */
export class Cards {
    #cards = new Map()
    /** There is something to draw. */
    #isNew = false

    /**
     * @param {HTMLFieldSetElement} place
     * @param {(quantity: string) => void} onChoose
     */
    constructor(place, onChoose) {
        this.place = place
        this.onChoose = onChoose
    }

    /** @param {Record<string, { t: number[], v: (number | null)[] }>} recent */
    show(recent, chosen) {
        for (const name of new Set([...Object.keys(QUANTITIES), ...Object.keys(recent)])) {
            // Reuse existing cards, so that they keep the keyboard focus.
            const card = this.#cards.get(name) ?? this.#add(name)
            card.series = new Series(recent[name])
            card.input.checked = name === chosen
        }
        this.#isNew = true
        this.draw()
    }

    /** @param {Record<string, number> | undefined} values */
    add(t, values) {
        this.#isNew = true
        for (const [name, { series }] of this.#cards) series.add(t, values?.[name] ?? null)
    }

    draw() {
        if (!this.#isNew) return
        this.#isNew = false
        for (const [name, card] of this.#cards) {
            const { series } = card
            card.value.textContent = valueText(name, series.v.at(-1))
            card.path.setAttribute("d", lineOf(series))
        }
    }

    #add(name) {
        const input = element("input", {
            type: "radio",
            name: "quantity",
            value: name,
            onchange: () => this.onChoose(name),
        })
        const value = element("span", { class: "value" })
        const path = drawn("path", { "vector-effect": "non-scaling-stroke" })
        const picture = drawn(
            "svg",
            { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
            path,
        )
        const text = element("span", { class: "quantity" }, quantityOf(name).label)
        const label = element(
            "label",
            {},
            input,
            element("span", { class: "multiple" }, text, value, picture),
        )
        this.place.append(label)
        const card = { input, value, path, series: new Series() }
        this.#cards.set(name, card)
        return card
    }
}

function lineOf({ t, v }) {
    const last = t.at(-1)
    if (last === undefined) return ""
    const first = Math.max(t[0], last - SPAN_S)
    const known = v.filter((value, i) => value !== null && t[i] >= first)
    const low = Math.min(...known)
    const high = Math.max(...known)
    const height = high - low
    const x = time => ((time - first) / Math.max(1, last - first)) * WIDTH
    const y = value => (height === 0 ? HEIGHT / 2 : HEIGHT - 2 - ((value - low) / height) * (HEIGHT - 4))
    let path = ""
    let pen = "M"
    for (let i = 0; i < t.length; i++) {
        if (t[i] < first) continue
        if (v[i] === null) pen = "M"
        else {
            path += `${pen}${x(t[i]).toFixed(1)} ${y(v[i]).toFixed(1)}`
            pen = "L"
        }
    }
    return path
}
