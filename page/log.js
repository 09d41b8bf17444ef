import { byId, element } from "./dom.js"
import { LEVELS, timeText } from "./format.js"

/** Most lines that the page keeps. */
const MOST_LINES = 1000
const MOST_SHOWN = 300
const INFO = 1

/** The live log, filtered by level and source. */
export class Log {
    #lines = []
    /** Lines that have not been shown yet. */
    #waiting = []
    #level = INFO
    #source = ""
    #sources = new Set()

    constructor() {
        this.place = byId("log")
        const level = byId("log-level")
        level.append(...LEVELS.map((name, i) => element("option", { value: i, selected: i === INFO }, name)))
        level.addEventListener("change", () => {
            this.#level = Number(level.value)
            this.#redraw()
        })
        byId("log-source").append(element("option", { value: "" }, "all"))
        byId("log-source").addEventListener("change", () => {
            this.#source = byId("log-source").value
            this.#redraw()
        })
    }

    /** Replaces all lines. */
    show(lines) {
        this.#lines = []
        this.#waiting = []
        this.place.replaceChildren()
        this.add(lines)
    }

    add(lines) {
        this.#lines = [...this.#lines, ...lines].slice(-MOST_LINES)
        for (const { source } of lines) this.#meet(source)
        this.#waiting = [...this.#waiting, ...lines].slice(-MOST_LINES)
        this.draw()
    }

    /** Shows new lines, if the page is visible. */
    draw() {
        if (document.hidden) return
        this.#append(this.#waiting)
        this.#waiting = []
    }

    #meet(source) {
        if (this.#sources.has(source)) return
        this.#sources.add(source)
        byId("log-source").append(element("option", { value: source }, source))
    }

    #redraw() {
        this.place.replaceChildren()
        this.#append(this.#lines)
    }

    #append(lines) {
        const { place } = this
        const wanted = lines.filter(
            ({ level, source }) => level >= this.#level && (this.#source === "" || source === this.#source),
        )
        if (wanted.length === 0) return
        const isAtEnd = place.scrollTop + place.clientHeight >= place.scrollHeight - 20
        place.append(...wanted.slice(-MOST_SHOWN).map(lineOf))
        while (place.childElementCount > MOST_SHOWN) place.firstElementChild.remove()
        if (isAtEnd) place.scrollTop = place.scrollHeight
    }
}

function lineOf({ t, level, source, text }) {
    const name = LEVELS[level] ?? String(level)
    return element(
        "p",
        { class: `line ${name}` },
        element("time", {}, t === undefined ? "earlier" : timeText(t)),
        element("span", { class: "level" }, name),
        element("b", {}, source),
        element("span", {}, text),
    )
}
