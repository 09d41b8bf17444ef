import type { App } from "./apps"
import type { Feed } from "./feeds/feeds"
import type { Input } from "./inputs"
import type { TimeValue } from "./redis"
import { HTML, type PhpReply, type PhpRequest } from "./reply"

/** Path of the page that shows the stand-in's content. The real EmonCMS has no such page. */
export const OVERVIEW_PATH = "stand-in"

/** Host names that a browser on this computer uses. Any other is a foreign name that resolves to this computer. */
const OWN_HOSTS = ["127.0.0.1", "localhost"]

/** Content of the page. */
export interface Overview {
    readonly version: string
    /** The server's time, in ms since the Unix epoch. */
    readonly now: number
    readonly inputs: readonly { readonly input: Input; readonly last: TimeValue }[]
    readonly feeds: readonly { readonly feed: Feed; readonly last: TimeValue; readonly points: number }[]
    readonly apps: readonly App[]
}

/** Whether a browser on this computer requests the page. */
export function asksForOverview({ method, query, host = "" }: PhpRequest): boolean {
    const isAsked =
        method === "GET" && new URLSearchParams(query).get("q")?.replaceAll("/", "") === OVERVIEW_PATH
    return isAsked && OWN_HOSTS.includes(host.replace(/:\d+$/, "").toLowerCase())
}

/** Shows inputs, feeds and apps as a page without scripts. It contains no key and no controls. */
export function overviewReply({ version, now, inputs, feeds, apps }: Overview): PhpReply {
    const inputRows = inputs.map(({ input, last }) => [
        input.node || "0",
        input.name,
        valueText(last.value),
        ageText(last.time, now),
        input.processList || "none",
    ])
    const feedRows = feeds.map(({ feed, last, points }) => [
        String(feed.id),
        feed.tag,
        feed.name,
        `${valueText(last.value)} ${feed.unit}`.trim(),
        ageText(last.time, now),
        String(points),
    ])
    const appRows = apps.map(({ name, app, config }) => [name, app, JSON.stringify(config)])
    const body = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark"><title>Data in EmonCMS</title>',
        `<style>${STYLE}</style></head>`,
        "<body>",
        "<h1>Data in EmonCMS</h1>",
        `<p>The stand-in for EmonCMS ${escaped(version)} on this computer. Reload the page for newer data.</p>`,
        table("Inputs", ["Node", "Input", "Value", "Updated", "Process list"], inputRows),
        table("Feeds", ["Id", "Tag", "Feed", "Value", "Updated", "Points"], feedRows),
        table("Apps", ["Name", "App", "Configuration"], appRows),
        "</body>",
        "</html>",
        "",
    ].join("\n")
    const headers = [
        ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
        ["Cache-Control", "no-store"],
    ] as const
    return { status: 200, headers, contentType: HTML, body }
}

const STYLE =
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}" +
    "table{border-collapse:collapse;width:100%}caption{font-weight:600;text-align:left;padding:1.5rem 0 .25rem}" +
    "th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886;overflow-wrap:anywhere}"

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
    const head = heads.map(text => `<th scope="col">${text}</th>`).join("")
    const cells = rows.map(row => `<tr>${row.map(text => `<td>${escaped(text)}</td>`).join("")}</tr>`)
    const body = rows.length > 0 ? cells.join("\n") : `<tr><td colspan="${heads.length}">none yet</td></tr>`
    return `<table><caption>${caption}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table>`
}

function valueText(value: number | null): string {
    return value === null ? "–" : String(value)
}

/** @param time in seconds since the Unix epoch; 0 or `null` for never */
function ageText(time: number | null, now: number): string {
    return time ? `${Math.max(0, Math.round(now / 1000 - time))} s ago` : "never"
}

function escaped(text: string): string {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
}
