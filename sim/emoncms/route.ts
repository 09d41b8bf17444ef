/** The target of a request: `/CONTROLLER/ACTION/SUBACTION/SUBACTION2.FORMAT`. Missing parts are empty. */
export interface Route {
    readonly controller: string
    readonly action: string
    readonly subaction: string
    readonly subaction2: string
    /** The text after the first dot of the last part; `html` if there is none. */
    readonly format: string
}

/** Parses a path. Drops all characters but ASCII letters, digits, `.`, `_`, `-` and slashes. */
export function parseRoute(path: string): Route {
    const parts = path
        .replace(/^\/+|\/+$/g, "")
        .replace(/[^./_A-Za-z0-9-]/g, "")
        .split("/")
    const [last = "", format = "html"] = (parts.pop() ?? "").split(".")
    const [controller = "", action = "", subaction = "", subaction2 = ""] = [...parts, last]
    return { controller, action, subaction, subaction2, format }
}
