import type { Measured } from "./measured"
import { cellText, tableText } from "./report"

/** A page names a figure or a table that no bench has measured. */
export class UnknownFigure extends Error {
    constructor(
        /** File of the page. */
        readonly page: string,
        /** The figure's or table's name, as the page has it. */
        readonly figure: string,
    ) {
        const [bench] = figure.split(/[. ]/)
        super(
            `${page}: there is no ${figure} in docs/measured.json. Correct the name, or run: npm run bench -- ${bench} --write`,
        )
        this.name = "UnknownFigure"
    }
}

/** A page has a mark without its end. */
export class UnclosedMark extends Error {
    constructor(
        /** File of the page. */
        readonly page: string,
    ) {
        super(`${page}: a figure or table is not closed by <!-- / -->, or its name contains a space`)
        this.name = "UnclosedMark"
    }
}

/**
 * A figure or table with the comments around it. The figure's name is its bench and its path in the bench's JSON, joined by
 * dots; the table's is its bench and its number, from 1 on.
 */
const MARKED = /(<!-- (?:figure ([^\s>]+)|table (\S+) (\d+)) -->)[\s\S]*?(<!-- \/ -->)/g

/** The beginning of any mark. */
const OPENING = /<!-- (?:figure|table)\b/g

/** The hash of the default image, where a page shows what a command prints. */
const IMAGE = /(?<=^The release image )[0-9a-f]{12}/gm

/**
 * Puts measured figures into a page, between comments: `<!-- figure store.hoursAt10s -->24.3<!-- / -->`, or, with the table on
 * lines of its own, `<!-- table store 3 --> ... <!-- / -->`. Puts the image's hash into
 * examples of what a command prints.
 * @param page the page's file, for errors
 * @throws UnknownFigure, UnclosedMark
 */
export function fillPage(page: string, text: string, measured: Measured): string {
    const closed = text.match(MARKED) ?? []
    if (
        closed.some(mark => mark.match(OPENING)!.length > 1) ||
        closed.length !== (text.match(OPENING) ?? []).length
    )
        throw new UnclosedMark(page)
    const example = text.replace(IMAGE, hash => measured.size?.program.slice(0, hash.length) ?? hash)
    return example.replace(MARKED, (_, open, figure?: string, bench = "", number = "", close = "") => {
        if (figure !== undefined) return open + figureText(page, figure, measured) + close
        const table = measured[bench]?.tables[Number(number) - 1]
        if (!table) throw new UnknownFigure(page, `${bench} table ${number}`)
        return `${open}\n\n${tableText(table)}\n\n${close}`
    })
}

function figureText(page: string, name: string, measured: Measured): string {
    const [bench = "", ...path] = name.split(".")
    let value: unknown = measured[bench]?.figures
    for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key]
    if (typeof value !== "number" && typeof value !== "string") throw new UnknownFigure(page, name)
    return cellText(value)
}
