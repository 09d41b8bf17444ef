import { byId, element, radios, setText } from "./dom.js"

const GROUPS = { server: "Server", network: "Network", line: "Line", device: "Device" }

/** Controls of the simulator: faults, the speed of time, and scenarios. */
export class Faults {
    #buttons = new Map()
    #wasPlaying = false

    /** @param {(message: object) => void} send */
    constructor(send) {
        this.send = send
        byId("play").addEventListener("click", () => {
            this.fail("")
            if (this.#wasPlaying) send({ type: "stop" })
            else send({ type: "play", file: byId("scenario").value })
        })
    }

    /** @param {any} controls `undefined` for a real device */
    meet(controls) {
        byId("faults").hidden = !controls
        byId("speed").hidden = !controls || controls.speeds.length === 0
        if (!controls) return
        this.#buttons.clear()
        const groups = Object.entries(GROUPS).flatMap(([group, title]) => {
            const faults = controls.faults.filter(fault => fault.group === group)
            return faults.length === 0 ? [] : [this.#group(title, faults)]
        })
        byId("fault-groups").replaceChildren(...groups)
        byId("scenario").replaceChildren(
            ...controls.scenarios.map(({ file, description }) =>
                element("option", { value: file, title: description }, file.replace(".json", "")),
            ),
        )
        radios(byId("speed"), {
            name: "speed",
            choices: controls.speeds.map(speed => ({ value: String(speed), label: `${speed}×` })),
            chosen: "1",
            onChoose: speed => this.send({ type: "speed", speed: Number(speed) }),
        })
    }

    /** @param {any} house */
    show(house) {
        if (!house) return
        for (const [id, button] of this.#buttons) {
            const on = String(house.faults.includes(id))
            if (button.getAttribute("aria-pressed") !== on) button.setAttribute("aria-pressed", on)
        }
        for (const input of byId("speed").querySelectorAll("input"))
            input.checked = Number(input.value) === house.speed
        const { scenario, busy } = house
        this.#wasPlaying = scenario !== undefined
        setText(byId("play"), scenario ? "Stop" : "Play")
        byId("scenario-progress").hidden = !scenario
        byId("scenario-progress").value = scenario?.progress ?? 0
        setText(byId("scenario-now"), busy ?? scenario?.now.join(", ") ?? "")
    }

    fail(text) {
        setText(byId("failure"), text)
    }

    #group(title, faults) {
        const fields = faults.map(fault => (fault.parts ? this.#choice(fault) : this.#button(fault)))
        return element("fieldset", { class: "faults" }, element("legend", {}, title), ...fields)
    }

    #button({ id, label, lasts }) {
        const onclick = () => {
            this.fail("")
            const isOn = button.getAttribute("aria-pressed") === "true"
            this.send({ type: isOn ? "end" : "begin", fault: id })
        }
        const button = element(
            "button",
            { type: "button", onclick, "aria-pressed": lasts ? "false" : undefined },
            label,
        )
        if (lasts) this.#buttons.set(id, button)
        return button
    }

    /** A fault with a choice of the part to which it happens. */
    #choice({ id, label, parts }) {
        const select = element(
            "select",
            { "aria-label": `${label}: which part` },
            ...parts.map(part => element("option", { value: part, selected: part === "uplink" }, part)),
        )
        const onclick = () => {
            this.fail("")
            this.send({ type: "begin", fault: id, part: select.value })
        }
        return element(
            "span",
            { class: "choice" },
            select,
            element("button", { type: "button", onclick }, label),
        )
    }
}
