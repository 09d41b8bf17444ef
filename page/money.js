import { element, setText } from "./dom.js"
import { numberText, timeText } from "./format.js"

const PRICE = "price per kWh"
const HEAT = "heat meter"

/** The energy of today and yesterday, its cost, and a heat pump's coefficient of performance. */
export class Money {
    #energy = []
    #rows = new Map()

    constructor(place) {
        this.rows = element("table", {})
        this.rows.append(
            element(
                "thead",
                {},
                element(
                    "tr",
                    {},
                    element("td", {}),
                    element("th", { scope: "col" }, "Today"),
                    element("th", { scope: "col" }, "Yesterday"),
                ),
            ),
        )
        this.body = element("tbody", {})
        this.rows.append(this.body)
        this.since = element("p", { class: "quiet" })
        this.price = element("input", {
            type: "number",
            min: 0,
            step: 0.001,
            inputmode: "decimal",
            value: localStorage.getItem(PRICE) ?? "0.30",
            oninput: () => {
                localStorage.setItem(PRICE, this.price.value)
                this.draw()
            },
        })
        this.heat = element("select", {
            onchange: () => {
                localStorage.setItem(HEAT, this.heat.value)
                this.draw()
            },
        })
        this.heatLine = element("label", { hidden: true }, "Heat meter ", this.heat)
        this.cop = element("p", { class: "cop", hidden: true })
        place.append(
            this.rows,
            this.since,
            element(
                "p",
                { class: "fields" },
                element("label", {}, "Price per kWh ", this.price),
                this.heatLine,
            ),
            this.cop,
        )
    }

    /** @param {readonly string[]} meters */
    meet(meters) {
        const chosen = localStorage.getItem(HEAT)
        this.heat.replaceChildren(
            element("option", { value: "" }, "none"),
            ...meters.map(name => element("option", { value: name, selected: name === chosen }, name)),
        )
        this.heatLine.hidden = meters.length < 2
    }

    show(energy) {
        this.#energy = energy
        const found = energy.find(({ isHeat }) => isHeat)
        if (this.heat.value === "" && found && localStorage.getItem(HEAT) === null)
            this.heat.value = found.meter
        this.draw()
    }

    draw() {
        const price = Number(this.price.value)
        const heat = this.heat.value
        const electric = this.#energy.filter(({ meter }) => meter !== heat)
        for (const { meter, today, yesterday } of this.#energy) {
            this.#row(meter, meter, energyText(today), energyText(yesterday))
        }
        const cost = day => electric.reduce((sum, energy) => sum + (energy[day] ?? 0), 0) * price
        const hasYesterday = electric.some(({ yesterday }) => yesterday !== undefined)
        if (electric.length > 0)
            this.#row(
                " cost",
                "Cost",
                numberText(cost("today"), 2),
                hasYesterday ? numberText(cost("yesterday"), 2) : "–",
            )
        const since = Math.max(...this.#energy.map(energy => energy.since))
        const midnight = new Date(since * 1000).setHours(0, 0, 0, 0) / 1000
        setText(
            this.since,
            since > midnight + 60
                ? `Counted from ${timeText(since)} today, when the live page was started.`
                : "",
        )
        this.#drawCop(heat, electric)
    }

    #drawCop(heat, electric) {
        const output = this.#energy.find(({ meter }) => meter === heat)?.today
        const input = electric.reduce((sum, { today }) => sum + today, 0)
        this.cop.hidden = output === undefined || input === 0
        if (!this.cop.hidden) setText(this.cop, `COP today ${numberText(output / input, 2)}`)
    }

    #row(key, name, today, yesterday) {
        let cells = this.#rows.get(key)
        if (!cells) {
            cells = [element("td", {}), element("td", {})]
            this.#rows.set(key, cells)
            this.body.append(element("tr", {}, element("th", { scope: "row" }, name), ...cells))
        }
        setText(cells[0], today)
        setText(cells[1], yesterday)
    }
}

function energyText(kWh) {
    return kWh === undefined ? "–" : `${numberText(kWh, 3)} kWh`
}
