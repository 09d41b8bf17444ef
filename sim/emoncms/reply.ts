import type { Context } from "./context"
import { encodeJson, type JsonReply } from "./php/json"
import type { Release } from "./release"

/** A request as PHP gets it from the web server. */
export interface PhpRequest {
    readonly method: string
    /** Query string, one character per byte; the path is its parameter `q`. */
    readonly query: string
    readonly contentType: string | undefined
    readonly authorization: string | undefined
    /** Host name and port in the request. */
    readonly host: string | undefined
    readonly body: Buffer
}

/** What PHP gives back to the web server. */
export interface PhpReply {
    readonly status: number
    /** All headers except `Content-Type`, in the order in which PHP set them. */
    readonly headers: readonly (readonly [name: string, value: string])[]
    readonly contentType: string
    readonly body: string
    /** Whether the body began to leave before its length was known. */
    readonly streamed?: boolean
}

/** The output of a controller. */
export type Output = Pick<PhpReply, "contentType" | "body"> & { readonly status?: number }

/** PHP's content type when a script sets none. */
export const HTML = "text/html; charset=UTF-8"

export function jsonOutput(content: JsonReply): Output {
    return { contentType: "application/json", body: encodeJson(content) }
}

export function textOutput({ textType }: Release, body: string): Output {
    return { contentType: textType, body }
}

/** Size of EmonCMS's pages for people, in bytes. */
const PAGE_SIZE = 6200

/** A page for people. It begins like EmonCMS's pages and is about as big, because a device must survive getting one. */
export function pageOutput(heading: string, status = 200): Output {
    const start =
        '<!doctype html>\n<html class="theme-blue sidebar-dark">\n<head>\n    <title>Emoncms</title>\n</head>\n' +
        `<body>\n<h2>${heading}</h2>\n`
    const end = "</body>\n</html>\n"
    const filler = "<!-- menu, scripts and style -->\n"
    const lines = Math.ceil((PAGE_SIZE - start.length - end.length) / filler.length)
    return { contentType: HTML, body: start + filler.repeat(lines) + end, status }
}

/** The reply to a path that no module serves. */
export function notFound({ release, route, notices }: Context): Output {
    const { controller, action, subaction, format } = route
    if (release.noticesParameters) notices.logTime()
    if (format === "html") return pageOutput("406 Not Acceptable", 406)
    const content = release.notFoundIsObject
        ? { success: false, message: "406 Not Acceptable. Route not found" }
        : `URI not acceptable. No controller '${controller}'. (${action}/${subaction})`
    return { ...jsonOutput(content), status: 406 }
}
