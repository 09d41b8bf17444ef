import { drawn, element, setText, sightOf } from "./dom.js"

const NODE = { width: 112, height: 50 }
/** The topics, in the order of their lines from the top. */
const TOPICS = ["readings", "line", "uploads", "clock", "log"]
const LINE_Y = index => 116 + index * 17
/** The actors that publish on a topic, and those that subscribe to it. */
const TOLD = {
    readings: { from: ["poller"], to: ["recorder", "reporter"] },
    line: { from: ["poller"], to: ["reporter", "light"] },
    uploads: { from: ["uplink"], to: ["reporter", "watchdog", "light"] },
    clock: { from: ["timekeeper"], to: ["poller", "logbook"] },
    log: { from: ["reporter", "uplink"], to: ["logbook"] },
}
const TOP = 40
const BOTTOM = 262
/** Where the parts are. {@link Picture} adds a place for a part that is missing here. */
const PLACES = {
    meters: { x: 70, y: TOP, outside: true },
    poller: { x: 215, y: TOP },
    recorder: { x: 360, y: TOP },
    queue: { x: 520, y: TOP, wide: true },
    uplink: { x: 680, y: TOP },
    EmonCMS: { x: 830, y: TOP, outside: true },
    light: { x: 215, y: BOTTOM },
    reporter: { x: 360, y: BOTTOM },
    logbook: { x: 505, y: BOTTOM },
    watchdog: { x: 650, y: BOTTOM },
    timekeeper: { x: 795, y: BOTTOM },
}
const FLOW = [
    ["meters", "poller"],
    ["recorder", "queue"],
    ["queue", "uplink"],
    ["uplink", "EmonCMS"],
]
/** The paths of the dots for every kind of event: along the flow, or over a topic. */
const MOVES = {
    reading: [["meters", "poller"], "readings", ["recorder", "queue"]],
    trouble: [["meters", "poller"], "line"],
    accepted: [["queue", "uplink"], ["uplink", "EmonCMS"], "uploads"],
    failure: [["uplink", "EmonCMS"], "uploads"],
    clock: ["clock"],
    record: ["log"],
}
const BAD = ["trouble", "failure"]
/** All dots move one step at this interval, so that the browser paints no more often. A path takes `STEPS` steps. */
const STEP_MS = 100
const STEPS = 6
/** The dot on the next path starts after this many steps. */
const NEXT_STEPS = 5
/** Nothing moves while less than this part of the picture is in view. */
const LEAST_SEEN = 0.5
/** Most dots that move at once. More would only confuse. */
const MOST_MOVING = 40
/** A heartbeat is lit while it is younger than this, in s. */
const FRESH_S = 2
const WIDTH = 900
const HEIGHT = 300

/** A picture of the running program: its parts, their messages, and their state. */
export class Picture {
    #nodes = new Map()
    /** Moving dots, with the remaining places on their paths. */
    #moving = new Set()
    #timer
    #queue
    #sight
    #isStill = matchMedia("(prefers-reduced-motion: reduce)")

    /** @param {HTMLElement} place */
    constructor(place) {
        this.lines = drawn("g", { class: "lines" })
        this.parts = drawn("g", {})
        this.dots = element("div", { class: "dots" })
        this.svg = drawn(
            "svg",
            {
                viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
                role: "img",
                "aria-label": "Parts of the program and the messages between them",
            },
            this.lines,
            this.parts,
        )
        place.append(element("div", { class: "drawing" }, this.svg, this.dots))
        for (const [from, to] of FLOW)
            this.lines.append(drawn("path", { d: flowPath(from, to), class: "flow" }))
        for (const [index, topic] of TOPICS.entries()) this.#drawTopic(topic, index)
        for (const name of Object.keys(PLACES)) this.#node(name)
        this.#drawQueue()
        this.#sight = sightOf(place, { least: LEAST_SEEN })
    }

    /** @param {any} work the program's status; `undefined` while it is unknown */
    show(work, silence) {
        this.svg.classList.toggle("silent", silence !== undefined)
        if (!work) return
        for (const { name, restarts, silentFor } of work.actors) {
            const node = this.#node(name)
            node.group.classList.toggle("waits", silentFor === undefined)
            setText(node.note, noteOf(restarts, silentFor))
            // Lit without a transition, which would make the browser paint all the time.
            node.beat.classList.toggle("fresh", silentFor !== undefined && silentFor < FRESH_S)
        }
        const there = new Set(work.actors.map(({ name }) => name))
        for (const [name, { group }] of this.#nodes) {
            const isActor = !PLACES[name]?.outside && name !== "queue"
            group.classList.toggle("missing", isActor && !there.has(name))
        }
        this.#showQueue(work)
    }

    /** @param {readonly string[]} names */
    meet(names) {
        setText(this.#nodes.get("meters").title, names.length === 1 ? names[0] : `${names.length} meters`)
    }

    move(kind) {
        if (document.hidden || !this.#sight.isSeen || this.#isStill.matches) return
        let delay = 0
        for (const step of MOVES[kind] ?? []) {
            const paths = typeof step === "string" ? topicPaths(step) : [flowPath(...step)]
            for (const path of paths) this.#send(path, delay, BAD.includes(kind))
            delay += NEXT_STEPS
        }
        this.#timer ??= setInterval(() => this.#step(), STEP_MS)
    }

    /** Sends a dot along a path. @param {number} delay in steps */
    #send(path, delay, isBad) {
        if (this.#moving.size >= MOST_MOVING) return
        const dot = element("i", { class: isBad ? "bad" : "" })
        this.#moving.add({ dot, delay, places: placesOn(path) })
    }

    #step() {
        for (const moving of this.#moving) {
            if (moving.delay-- > 0) continue
            const { dot, places } = moving
            const place = places.shift()
            if (place) {
                dot.style.transform = `translate(${part(place.x)}, ${part(place.y)})`
                if (!dot.parentNode) this.dots.append(dot)
            } else {
                dot.remove()
                this.#moving.delete(moving)
            }
        }
        if (this.#moving.size > 0) return
        clearInterval(this.#timer)
        this.#timer = undefined
    }

    #node(name) {
        const known = this.#nodes.get(name)
        if (known) return known
        const extra = this.#nodes.size - Object.keys(PLACES).length
        PLACES[name] ??= { x: 70, y: BOTTOM - extra * 60 }
        const { x, y, outside, wide } = PLACES[name]
        const width = wide ? 150 : NODE.width
        const title = drawn("text", { y: -4, class: "title" }, name)
        const note = drawn("text", { y: 13, class: "note" })
        const beat = drawn("circle", { cx: width / 2 - 10, cy: -13, r: 3, class: "beat" })
        const box = drawn("rect", {
            x: -width / 2,
            y: -NODE.height / 2,
            width,
            height: NODE.height,
            rx: outside ? NODE.height / 2 : 7,
        })
        const group = drawn(
            "g",
            { transform: `translate(${x} ${y})`, class: `node${outside ? " outside" : ""}` },
            box,
            title,
            note,
        )
        if (!outside && name !== "queue") group.append(beat)
        if (outside) title.setAttribute("y", "4")
        this.parts.append(group)
        const node = { group, title, note, beat }
        this.#nodes.set(name, node)
        return node
    }

    #drawTopic(topic, index) {
        const y = LINE_Y(index)
        const { from, to } = TOLD[topic]
        const ends = [...from, ...to].map(name => stubX(name, index))
        const left = Math.min(...ends)
        const right = Math.max(...ends)
        this.lines.append(
            drawn("line", { x1: left, x2: right, y1: y, y2: y, class: "topic" }),
            drawn("text", { x: left - 8, y: y + 4, class: "topic-name" }, topic),
        )
        for (const name of new Set([...from, ...to])) {
            const x = stubX(name, index)
            this.lines.append(
                drawn("line", { x1: x, x2: x, y1: y, y2: edgeY(name), class: "topic" }),
                drawn("circle", { cx: x, cy: y, r: 2.5, class: from.includes(name) ? "tells" : "hears" }),
            )
        }
    }

    /** Draws the queue's use of memory and flash as two bars. */
    #drawQueue() {
        const { group, title, note } = this.#nodes.get("queue")
        title.setAttribute("y", "-7")
        note.setAttribute("y", "7")
        const bar = (x, width, name) => {
            const fill = drawn("rect", { x, y: 13, width: 0, height: 5, rx: 2, class: "fill" })
            const rail = drawn("rect", { x, y: 13, width, height: 5, rx: 2, class: "rail" })
            const tip = drawn("title", {}, name)
            group.append(drawn("g", { id: `queue-${name}` }, rail, fill, tip))
            return { fill, width, tip, name }
        }
        this.#queue = { memory: bar(-66, 40, "memory"), flash: bar(-18, 84, "flash") }
    }

    #showQueue({ counters, queue }) {
        const { memory, flash } = this.#queue
        setText(this.#nodes.get("queue").note, `${counters.queued} waiting`)
        const show = ({ fill, width, tip, name }, { blocks, limit }, least = 0) => {
            const part = limit > 0 ? Math.min(1, blocks / limit) : 0
            fill.setAttribute("width", String(Math.round(width * Math.max(least, part))))
            setText(tip, `${blocks} of ${limit} blocks in ${name}`)
        }
        // An older program does not report it.
        if (!queue) return
        // The block that is being filled is in memory too, but not counted.
        show(memory, queue.memory, counters.queued > 0 ? 0.04 : 0)
        show(flash, queue.flash)
    }
}

/** Restarts and their reasons, in words. */
export function restartsOf(lines) {
    return lines
        .filter(({ level, text }) => level === 4 && /failed \(/.test(text))
        .map(({ source, text }) => element("li", {}, element("b", {}, source), ` ${text}`))
}

function noteOf(restarts, silentFor) {
    if (silentFor === undefined) return "restarting"
    return restarts > 0 ? `${silentFor} s · ↻ ${restarts}` : `${silentFor} s`
}

function edgeY(name) {
    const { y } = PLACES[name]
    return y === TOP ? TOP + NODE.height / 2 : BOTTOM - NODE.height / 2
}

/** Every topic has its own place at the edge of a part. */
function stubX(name, topic) {
    return PLACES[name].x + (topic - (TOPICS.length - 1) / 2) * 19
}

function flowPath(from, to) {
    const half = name => (PLACES[name].wide ? 75 : NODE.width / 2)
    return `M${PLACES[from].x + half(from)} ${TOP}L${PLACES[to].x - half(to)} ${TOP}`
}

function topicPaths(topic) {
    const index = TOPICS.indexOf(topic)
    const { from, to } = TOLD[topic]
    const start = from[0]
    const y = LINE_Y(index)
    return to.map(
        end =>
            `M${stubX(start, index)} ${edgeY(start)}L${stubX(start, index)} ${y}L${stubX(end, index)} ${y}L${stubX(end, index)} ${edgeY(end)}`,
    )
}

/** Converts a length in the drawing to a part of its width on the screen. */
function part(length) {
    return `${((length / WIDTH) * 100).toFixed(2)}cqw`
}

/** The places of a dot on a path, one for every step. */
function placesOn(path) {
    const way = drawn("path", { d: path })
    const length = way.getTotalLength()
    return Array.from({ length: STEPS + 1 }, (_, i) => way.getPointAtLength((length * i) / STEPS))
}
