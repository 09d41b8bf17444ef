/**
 * Creates an HTML element.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] attributes; `on...` are event listeners; `undefined` and `false` omit an
 * attribute
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
    return filled(document.createElement(tag), properties, children)
}

/** Like {@link element}, for an SVG element. */
export function drawn(tag, properties = {}, ...children) {
    return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children)
}

/** Finds an element of the page by its id. @returns {any} */
export function byId(id) {
    return document.getElementById(id)
}

/** Sets a text only if it changes, to avoid a needless layout. */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text
}

/**
 * Tracks whether an element is in view. The browser reports it; asking would force a layout of the page.
 * @param {Element} node
 * @param {{ least?: number, onSeen?: () => void }} options `least` is the part of it that must be in view, 0 for any;
 * `onSeen` is called when it comes into view
 */
export function sightOf(node, { least = 0, onSeen = () => {} }) {
    const sight = { isSeen: true }
    const look = looks => {
        sight.isSeen = looks.at(-1).isIntersecting
        if (sight.isSeen) onSeen()
    }
    new IntersectionObserver(look, { threshold: least }).observe(node)
    return sight
}

/**
 * Fills a fieldset with radio buttons.
 * @param {HTMLElement} fieldset
 * @param {{ name: string, choices: { value: string, label: string }[], chosen: string, onChoose: (value: string) => void }} options
 */
export function radios(fieldset, { name, choices, chosen, onChoose }) {
    for (const old of fieldset.querySelectorAll("label")) old.remove()
    for (const { value, label } of choices) {
        const input = element("input", { type: "radio", name, value, onchange: () => onChoose(value) })
        input.checked = value === chosen
        fieldset.append(element("label", {}, input, element("span", {}, label)))
    }
}

function filled(node, properties, children) {
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === false) continue
        if (name.startsWith("on")) node.addEventListener(name.slice(2), value)
        else node.setAttribute(name, value === true ? "" : String(value))
    }
    node.append(...children)
    return node
}
