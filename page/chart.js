import { sightOf } from "./dom.js"
import { dateText, numberText, quantityOf, timeText, valueText } from "./format.js"
import { Series } from "./series.js"
import uPlot from "./uplot.js"

/** The curves, from the lowest layer up. */
export const TRACKS = {
    stored: { label: "in EmonCMS", order: 1 },
    shown: { label: "shown by the meter", order: 2 },
    read: { label: "read by the device", order: 3 },
}

/** Longest time without a point that is not a gap yet, in usual steps. */
const GAP_STEPS = 2.6
const HEIGHT = { wide: 340, narrow: 240 }
const NARROW = 640

/** The large chart: what the meter showed, what the device read, and what arrived in EmonCMS. */
export class Chart {
    #plot
    #quantity = "power"
    #tracks = {}
    #range = 3600
    #now = 0
    /** A range selected with the mouse on the chart. */
    #zoom
    #dirty = false
    /** Width of the place. It is kept here, because reading it would force a layout of the page. */
    #width
    #sight

    /**
     * @param {HTMLElement} place
     * @param {HTMLElement} readout shows the values under the pointer as text
     */
    constructor(place, readout) {
        this.place = place
        this.readout = readout
        this.#width = place.clientWidth
        const rebuild = () => this.#build()
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", rebuild)
        new ResizeObserver(() => this.#resize()).observe(place)
        this.#sight = sightOf(place, { onSeen: () => this.draw(this.#now, true) })
    }

    /** Shows another quantity. @param {Record<string, { t: number[], v: (number | null)[] }>} tracks */
    show(quantity, tracks) {
        this.#quantity = quantity
        this.#tracks = Object.fromEntries(
            Object.entries(tracks).map(([name, points]) => [name, new Series(points)]),
        )
        this.#build()
    }

    add(track, t, v) {
        this.#tracks[track]?.add(t, v)
        this.#dirty = true
    }

    replaceFrom(track, from, points) {
        this.#tracks[track]?.replaceFrom(from, points)
        this.#dirty = true
    }

    series(track) {
        return this.#tracks[track]
    }

    /** @param {number} seconds time span to show; 0 for everything */
    set range(seconds) {
        this.#range = seconds
        this.#zoom = undefined
        this.#dirty = true
        this.draw(this.#now, true)
    }

    /** Draws new points, and moves the time axis. */
    draw(now, always = false) {
        const pixel = this.#range / Math.max(1, this.#width)
        const moved = this.#range > 0 && Math.floor(now / pixel) !== Math.floor(this.#now / pixel)
        this.#now = now
        if (!this.#plot || !this.#sight.isSeen || !(this.#dirty || moved || always)) return
        if (this.#dirty) this.#plot.setData(this.#data(), false)
        this.#dirty = false
        this.#plot.setScale("x", this.#window())
        this.#describe()
    }

    #window() {
        if (this.#zoom) return this.#zoom
        const first = Math.min(...Object.values(this.#tracks).map(({ t }) => t[0] ?? this.#now))
        if (this.#range === 0) return { min: Math.min(first, this.#now - 60), max: this.#now }
        // With little data so far, stretch it over the whole width.
        const known = Math.max(60, (this.#now - first) * 1.05)
        return { min: this.#now - Math.min(this.#range, known), max: this.#now }
    }

    #data() {
        const step = Math.max(this.#tracks.read?.step ?? 0, this.#tracks.stored?.step ?? 0)
        const tables = this.#names().map(name => this.#tracks[name].withGaps(step * GAP_STEPS))
        return tables.length > 0 ? uPlot.join(tables) : [[]]
    }

    #names() {
        return Object.keys(TRACKS).filter(name => this.#tracks[name])
    }

    #build() {
        const style = getComputedStyle(document.documentElement)
        const color = name => style.getPropertyValue(name).trim()
        const { digits } = quantityOf(this.#quantity)
        const looks = {
            stored: { stroke: color("--band"), fill: color("--fill"), width: 5 },
            shown: { stroke: color("--quiet"), width: 1, dash: [2, 3] },
            read: { stroke: color("--accent"), width: 2 },
        }
        const axis = { stroke: color("--quiet"), font: `12px ${style.fontFamily}`, ticks: { show: false } }
        const grid = { stroke: color("--line"), width: 1 }
        this.#plot?.destroy()
        this.#plot = new uPlot(
            {
                width: Math.max(200, this.#width),
                height: this.#height(),
                padding: [12, 18, 0, 0],
                legend: { show: false },
                cursor: {
                    y: false,
                    points: { size: 7, fill: color("--accent") },
                    drag: { x: true, y: false, setScale: false },
                },
                scales: { x: { time: true }, y: { range: (_plot, low, high) => this.#yRange(low, high) } },
                axes: [
                    {
                        ...axis,
                        grid: { show: false },
                        space: 70,
                        size: 30,
                        values: (_plot, marks) => marks.map(markTime),
                    },
                    {
                        ...axis,
                        grid,
                        size: 58,
                        values: (_plot, marks) =>
                            marks.map(mark => numberText(mark, markDigits(marks, digits))),
                    },
                ],
                series: [
                    {},
                    ...this.#names().map(name => ({
                        label: TRACKS[name].label,
                        points: { show: name === "read" ? undefined : false, size: 4 },
                        ...looks[name],
                    })),
                ],
                hooks: {
                    setCursor: [plot => this.#tell(plot)],
                    setSelect: [plot => this.#select(plot)],
                },
            },
            this.#data(),
            this.place,
        )
        this.#plot.over.addEventListener("dblclick", () => {
            this.#zoom = undefined
            this.draw(this.#now, true)
        })
        this.#plot.over.addEventListener("wheel", event => this.#wheel(event), { passive: false })
        this.draw(this.#now, true)
    }

    #yRange(low, high) {
        const { digits } = quantityOf(this.#quantity)
        if (low === null || high === null) return [0, 1]
        if (this.#quantity === "power") return [Math.min(0, low), Math.max(high * 1.08, 10)]
        const room = Math.max((high - low) * 0.1, 10 ** -digits)
        return [low - room, high + room]
    }

    #height() {
        return this.#width < NARROW ? HEIGHT.narrow : HEIGHT.wide
    }

    #resize() {
        this.#width = this.place.clientWidth
        if (this.#width > 0) this.#plot?.setSize({ width: this.#width, height: this.#height() })
    }

    #select(plot) {
        const { left, width } = plot.select
        if (width > 4) {
            this.#zoom = { min: plot.posToVal(left, "x"), max: plot.posToVal(left + width, "x") }
            plot.setScale("x", this.#zoom)
        }
        plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
    }

    #wheel(event) {
        if (!event.ctrlKey && !event.shiftKey) return
        event.preventDefault()
        const { min, max } = this.#plot.scales.x
        const at = this.#plot.posToVal(event.offsetX, "x")
        const factor = event.deltaY + event.deltaX > 0 ? 1.25 : 0.8
        this.#zoom = { min: at - (at - min) * factor, max: at + (max - at) * factor }
        this.#plot.setScale("x", this.#zoom)
    }

    #tell({ cursor, posToVal }) {
        if (cursor.left === undefined || cursor.left === null || cursor.left < 0) {
            this.readout.textContent = ""
            return
        }
        const t = posToVal(cursor.left, "x")
        const within = (this.#tracks.read?.step ?? 10) * GAP_STEPS
        const values = this.#names()
            .reverse()
            .map(name => {
                const value = this.#tracks[name].near(t, within)
                return `${TRACKS[name].label} ${value === undefined || value === null ? "nothing" : valueText(this.#quantity, value)}`
            })
        this.readout.textContent = [timeText(t), ...values].join("  ·  ")
    }

    /** Describes the chart for screen readers. */
    #describe() {
        const { label } = quantityOf(this.#quantity)
        const latest = this.#names().map(name => {
            const last = this.#tracks[name].latest
            return `${TRACKS[name].label}: ${last ? `${valueText(this.#quantity, last.v)} at ${timeText(last.t)}` : "nothing yet"}`
        })
        this.place.setAttribute("aria-label", `${label} over time. ${latest.join("; ")}.`)
    }
}

/** Labels a mark with the date at midnight, otherwise with the time; seconds only if they are not 0. */
function markTime(seconds) {
    const at = new Date(seconds * 1000)
    if (at.getHours() + at.getMinutes() + at.getSeconds() === 0) return dateText(seconds)
    return at.getSeconds() === 0 ? timeText(seconds).slice(0, 5) : timeText(seconds)
}

/** The decimal places needed to tell the marks apart. */
function markDigits(marks, most) {
    const step = marks.length > 1 ? Math.abs(marks[1] - marks[0]) : 1
    return Math.max(0, Math.min(most, Math.ceil(-Math.log10(step) - 1e-9)))
}
