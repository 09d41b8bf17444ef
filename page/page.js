import { Cards } from "./cards.js"
import { Chart, TRACKS } from "./chart.js"
import { byId, element, radios, setText } from "./dom.js"
import { Faults } from "./faults.js"
import { bytesText, dateText, durationText, numberText, quantityOf, timeText } from "./format.js"
import { Link } from "./link.js"
import { Log } from "./log.js"
import { Money } from "./money.js"
import { Picture, restartsOf } from "./picture.js"

const RANGES = [
    { value: "900", label: "15 min" },
    { value: "3600", label: "1 h" },
    { value: "21600", label: "6 h" },
    { value: "86400", label: "24 h" },
    { value: "0", label: "All" },
]
const MOST_UPLOADS = 50
/** How many restarts are listed. */
const MOST_RESTARTS = 5

/** Exported for tests. */
export const chart = new Chart(byId("chart"), byId("readout"))
const cards = new Cards(byId("quantities"), quantity => watch(meter, quantity))
const picture = new Picture(byId("picture"))
const log = new Log()
const money = new Money(byId("energy"))
const link = new Link(
    messages => {
        for (const message of messages) receive(message)
    },
    open => {
        if (!open) health("bad", "No connection: npm start or npm run device has ended. Start it again.")
    },
)
const faults = new Faults(message => link.send(message))

let meter = ""
let quantity = "power"
let now = 0
let latestRead
let state

// A hidden page is not updated. When it becomes visible again, it shows what has arrived in the meantime.
document.addEventListener("visibilitychange", () => {
    log.draw()
    if (state) showState()
})

radios(byId("range"), {
    name: "range",
    choices: RANGES,
    chosen: "3600",
    onChoose: seconds => {
        chart.range = Number(seconds)
    },
})

function receive(message) {
    switch (message.type) {
        case "hello":
            return meet(message)
        case "state":
            state = message
            return showState()
        case "series":
            return showSeries(message)
        case "sample":
            return addSample(message)
        case "stored":
            if (message.meter === meter && message.quantity === quantity)
                chart.replaceFrom("stored", message.from, message.points)
            return
        case "log":
            log.add(message.lines)
            return showRestarts(message.lines)
        case "uploads":
            return addUploads(message.uploads)
        case "moves":
            for (const move of message.moves) picture.move(move)
            return
        case "failure":
            return faults.fail(message.text)
    }
}

function meet({ meters, tracks, controls, log: lines, uploads }) {
    faults.meet(controls)
    showEmonCms(controls?.emoncms)
    picture.meet(meters)
    money.meet(meters)
    log.show(lines)
    byId("restarts").replaceChildren()
    showRestarts(lines)
    byId("uploads").replaceChildren()
    addUploads(uploads)
    byId("legend").replaceChildren(
        ...tracks
            .toSorted((a, b) => TRACKS[b].order - TRACKS[a].order)
            .map(name => element("li", { class: name }, TRACKS[name].label)),
    )
    byId("meters").hidden = meters.length < 2
    const chosen = meters.includes(meter) ? meter : meters[0]
    radios(byId("meters"), {
        name: "meter",
        choices: meters.map(name => ({ value: name, label: name })),
        chosen,
        onChoose: name => watch(name, quantity),
    })
    if (chosen !== undefined) watch(chosen, quantity)
}

/** @param {string | undefined} address where a browser sees what EmonCMS has; unknown for a device at USB */
function showEmonCms(address) {
    const link = { href: address, target: "_blank", rel: "noopener noreferrer" }
    byId("emoncms").replaceChildren(...(address ? [element("a", link, "Data in EmonCMS")] : []))
}

function watch(wantedMeter, wantedQuantity) {
    meter = wantedMeter
    quantity = wantedQuantity
    link.send({ type: "watch", meter, quantity })
}

function showSeries({ quantity: shown, tracks, recent }) {
    const { label } = quantityOf(shown)
    setText(byId("quantity-title"), byId("meters").hidden ? `${meter} · ${label}` : label)
    chart.show(shown, tracks)
    cards.show(recent, shown)
    latestRead = { t: tracks.read.t.at(-1), v: tracks.read.v.at(-1) }
    showNow()
}

function addSample({ meter: of, track, t, values }) {
    if (of !== meter) return
    chart.add(track, t, values?.[quantity] ?? null)
    if (track === "read") {
        cards.add(t, values)
        latestRead = { t, v: values?.[quantity] ?? null }
    }
    now = Math.max(now, t)
}

let drawing = false
function scheduleDraw() {
    if (drawing) return
    drawing = true
    requestAnimationFrame(() => {
        drawing = false
        chart.draw(now)
        cards.draw()
        showNow()
    })
}

function showNow() {
    const { unit, digits } = quantityOf(quantity)
    const value = latestRead?.v
    const known = value !== null && value !== undefined
    setText(byId("now-value"), known ? numberText(value, digits) : "–")
    setText(byId("now-unit"), known ? unit : "")
    const age = latestRead?.t === undefined ? undefined : Math.max(0, Math.floor(now - latestRead.t))
    const text = age === undefined ? "not read yet" : `read ${durationText(age)} ago`
    const silent = state?.silence === undefined ? "the meter does not answer" : "the device does not answer"
    setText(byId("now-age"), known || age === undefined ? text : `unknown: ${silent}`)
}

function showState() {
    const { work, trouble, silence, energy, house } = state
    now = state.now
    if (document.hidden) return
    showHealth(work, trouble, silence, house)
    setText(byId("clock"), `${dateText(now)} ${timeText(now)}`)
    picture.show(work, silence)
    money.show(energy)
    faults.show(house)
    if (work) showFacts(work)
    scheduleDraw()
}

function showHealth(work, trouble, silence, house) {
    if (silence !== undefined) return health("bad", silence[0].toUpperCase() + silence.slice(1))
    if (work.start.safeMode) return health("bad", "Safe mode: no uploads, slow polling")
    const down = work.actors.filter(({ silentFor }) => silentFor === undefined).map(({ name }) => name)
    if (down.length > 0) return health("bad", `Restarting: ${down.join(", ")}`)
    if (work.clockDoubted) return health("bad", "The clock is in doubt: it disagrees with the server's date")
    const { queued } = work.counters
    const waiting = queued > 0 ? `${queued} ${queued === 1 ? "reading waiting" : "readings waiting"}` : ""
    if (trouble !== undefined) return health("bad", waiting === "" ? trouble : `${waiting}: ${trouble}`)
    if (!work.clock) return health("wait", "The clock is not known yet")
    if (latestRead?.v === null) return health("bad", `${meter} does not answer`)
    const waits = waiting === "" ? "" : `, ${waiting}`
    const faulty = (house?.faults.length ?? 0) > 0
    health(faulty ? "wait" : "well", faulty ? `A fault is active${waits}` : `All well${waits}`)
}

function health(kind, text) {
    const place = byId("health")
    if (place.dataset.kind !== kind) place.dataset.kind = kind
    setText(place, text)
}

const facts = new Map()

function showFacts({ start, clock, clockDoubted, line, counters, queue }) {
    setText(
        byId("started"),
        `Started ${durationText(start.ago)} ago: ${start.reason}${start.restarts > 1 ? `, ${start.restarts} times in a row` : ""}.`,
    )
    const { readings, accepted, queued, recovered, thinned, dropped } = counters
    fact("Readings taken", numberText(readings, 0))
    fact("In EmonCMS", numberText(accepted, 0))
    fact("Waiting", numberText(queued, 0))
    if (queue) {
        fact("Blocks in memory", `${queue.memory.blocks} of ${queue.memory.limit}`)
        fact("Blocks in flash", `${queue.flash.blocks} of ${queue.flash.limit}`)
        fact("Readings in doubt", numberText(queue.inDoubt, 0))
    }
    if (recovered > 0) fact("Recovered from flash", numberText(recovered, 0))
    if (thinned > 0) fact("Removed to make room", numberText(thinned, 0))
    fact("Lost", numberText(dropped, 0))
    const known = clock ? `known to within ${clock.uncertaintyMs} ms` : "not known yet"
    fact("Clock", clockDoubted ? `${known}, in doubt` : known)
    fact("Requests", `${numberText(counters.requests, 0)}, ${bytesText(counters.bytesSent)}`)
    fact("Failed uploads", numberText(counters.uploadErrors, 0))
    for (const [name, count] of Object.entries(line)) fact(`Line: ${name}`, numberText(count, 0))
    fact("Polls without a reading", numberText(counters.lineErrors, 0))
}

function fact(name, value) {
    let place = facts.get(name)
    if (!place) {
        place = element("dd", {})
        facts.set(name, place)
        byId("facts").append(element("div", {}, element("dt", {}, name), place))
    }
    setText(place, value)
}

function addUploads(uploads) {
    const place = byId("uploads")
    for (const { t, request, answer, ok } of uploads) {
        place.prepend(
            element(
                "p",
                { class: ok ? "upload" : "upload bad" },
                element("time", {}, timeText(t)),
                ...(request === "" ? [] : [element("span", { class: "request" }, request)]),
                element("span", { class: "answer" }, answer),
            ),
        )
    }
    while (place.childElementCount > MOST_UPLOADS) place.lastElementChild.remove()
}

function showRestarts(lines) {
    const place = byId("restarts")
    place.append(...restartsOf(lines))
    while (place.childElementCount > MOST_RESTARTS) place.firstElementChild.remove()
}
