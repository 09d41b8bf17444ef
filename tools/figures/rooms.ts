import { Drawing } from "./svg"

/** An import, by paths relative to the project folder. */
export interface Import {
    readonly from: string
    readonly to: string
}

/** A room, and what its box shows below its name. */
interface Room {
    readonly name: string
    readonly contents: ReadonlySet<string>
    /** Rooms that it imports, with the number of imports. */
    readonly imports: Map<string, number>
}

/** A box in the picture: the middle of its upper edge, and its width. */
interface Place {
    readonly x: number
    readonly y: number
    readonly width: number
}

const WIDTH = 960
const LEFT = 20
const TOP = 70
const BOX_HEIGHT = 46
const ROW_HEIGHT = 96
const LETTER = 6.3
const GAP = 36
/** Boundary between the chip's panel and the PC's panel. */
const MIDDLE = 620

const STYLE = `
    .room { fill: #f7f7f2; stroke: #3b4a54; stroke-width: 1.5; }
    .panel { fill: none; stroke: #9aa7ae; stroke-dasharray: 5 4; }
    .import { stroke: #3b4a54; stroke-width: 1.6; fill: none; marker-end: url(#tip); }
    .back { stroke: #b0531f; stroke-width: 1.6; stroke-dasharray: 5 4; fill: none; marker-end: url(#back); }
    .name { font-weight: bold; text-anchor: middle; fill: #1f2a30; }
    .note { font-size: 11.5px; text-anchor: middle; fill: #47565f; }
    .legend { font-size: 12px; fill: #47565f; }
    .head { font-size: 14px; font-weight: bold; fill: #1f2a30; }
`

/** The room of a file in `src/`, and the part of the room that the file belongs to. */
function roomOnChip(file: string): { room: string; part?: string } | undefined {
    const [, folder, part] = /^src\/([^/]+)(?:\/([^/]+?)(?:\.ts)?(?:\/|$))?/.exec(file) ?? []
    if (folder === undefined) return undefined
    if (part === undefined) return { room: "main", part: folder.replace(/\.ts$/, "") }
    return folder === "actors" ? { room: folder, part } : { room: folder }
}

/** The room of a file on the PC. The program for the chip counts as one room. */
function roomOnPc(file: string): { room: string } | undefined {
    const [, folder] = /^(src|sim|tools|cli|bench|services)\//.exec(file) ?? []
    return folder === undefined ? undefined : { room: folder }
}

function roomsOf(imports: readonly Import[], roomOf: typeof roomOnChip): Map<string, Room> {
    const rooms = new Map<string, Room>()
    const enter = (file: string): Room | undefined => {
        const found = roomOf(file)
        if (!found) return undefined
        const { room: name, part } = found
        const room = rooms.get(name) ?? { name, contents: new Set<string>(), imports: new Map() }
        rooms.set(name, room)
        if (part) (room.contents as Set<string>).add(part)
        return room
    }
    for (const { from, to } of imports) {
        const room = enter(from)
        const other = enter(to)
        if (room && other && room !== other)
            room.imports.set(other.name, (room.imports.get(other.name) ?? 0) + 1)
    }
    return new Map([...rooms].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Removes and returns the backward imports: where two rooms import each other, those of the direction with fewer imports. */
function takeBackward(rooms: ReadonlyMap<string, Room>): [string, string][] {
    const backward: [string, string][] = []
    for (const { name, imports } of rooms.values())
        for (const [other, count] of imports) {
            const forward = rooms.get(other)!.imports.get(name)
            if (forward !== undefined && count < forward) backward.push([name, other])
        }
    for (const [from, to] of backward) rooms.get(from)!.imports.delete(to)
    return backward
}

/** All rooms that a room imports, directly or through others. */
function reached(rooms: ReadonlyMap<string, Room>, from: string): Set<string> {
    const found = new Set<string>()
    const visit = (name: string): void => {
        for (const next of rooms.get(name)!.imports.keys())
            if (!found.has(next)) {
                found.add(next)
                visit(next)
            }
    }
    visit(from)
    return found
}

/** Length of the longest chain of imports below a room. */
function height(rooms: ReadonlyMap<string, Room>, name: string): number {
    const below = [...rooms.get(name)!.imports.keys()]
    return below.length === 0 ? 0 : 1 + Math.max(...below.map(it => height(rooms, it)))
}

/** The imports that do not follow from others: where A imports B and B imports C, A's import of C is left out. */
function essential(rooms: ReadonlyMap<string, Room>): [string, string][] {
    return [...rooms.values()].flatMap(({ name, imports }) => {
        const direct = [...imports.keys()]
        const follows = (to: string) => direct.some(it => it !== to && reached(rooms, it).has(to))
        return direct.filter(to => !follows(to)).map((to): [string, string] => [name, to])
    })
}

/** Lines of text in a box: its contents, on two lines at most. */
function linesOf({ contents }: Room): string[] {
    const all = [...contents].sort()
    if (all.length <= 4) return all.length > 0 ? [all.join(" · ")] : []
    const half = Math.ceil(all.length / 2)
    return [all.slice(0, half).join(" · "), all.slice(half).join(" · ")]
}

function widthOf(room: Room): number {
    return Math.max(80, ...linesOf(room).map(line => 24 + line.length * LETTER))
}

function drawRooms(
    drawing: Drawing,
    imports: readonly Import[],
    roomOf: typeof roomOnChip,
    left: number,
    right: number,
): number {
    const rooms = roomsOf(imports, roomOf)
    const backward = takeBackward(rooms)
    const arrows = essential(rooms)
    const heights = new Map([...rooms.keys()].map(name => [name, height(rooms, name)]))
    const rows = Math.max(...heights.values())
    const places = new Map<string, Place>()
    for (let row = rows; row >= 0; row--) {
        const inRow = [...rooms.values()].filter(it => heights.get(it.name) === row)
        const wanted = (room: Room) => {
            const above = arrows.flatMap(([from, to]) =>
                to === room.name ? (places.get(from)?.x ?? []) : [],
            )
            return above.length === 0 ? 0 : above.reduce((sum, x) => sum + x, 0) / above.length
        }
        inRow.sort((a, b) => wanted(a) - wanted(b))
        const total = inRow.reduce((sum, it) => sum + widthOf(it) + GAP, -GAP)
        let x = (left + right - total) / 2
        for (const room of inRow) {
            const width = widthOf(room)
            places.set(room.name, { x: x + width / 2, y: TOP + (rows - row) * ROW_HEIGHT, width })
            x += width + GAP
        }
    }
    const draw = ([from, to]: [string, string], className: string, shift: number) => {
        const [a, b] = [places.get(from)!, places.get(to)!]
        const [out, into] = a.y < b.y ? [BOX_HEIGHT, -2] : [-1, BOX_HEIGHT + 2]
        const lean = (b.x - a.x) / 4
        const clamp = (place: Place, dx: number) =>
            place.x + Math.max(-place.width / 2 + 12, Math.min(place.width / 2 - 12, dx))
        drawing.line(clamp(a, lean) + shift, a.y + out, clamp(b, -lean) + shift, b.y + into, className)
    }
    for (const arrow of arrows) draw(arrow, "import", 0)
    for (const arrow of backward) draw(arrow, "back", 28)
    for (const [name, { x, y, width }] of places) {
        const lines = linesOf(rooms.get(name)!)
        drawing.box(x - width / 2, y, width, BOX_HEIGHT, "room")
        drawing.text(x, y + [28, 20, 15][lines.length]!, name, "name")
        lines.forEach((line, i) => {
            drawing.text(x, y + [0, 36, 29][lines.length]! + i * 12, line, "note")
        })
    }
    return TOP + rows * ROW_HEIGHT + BOX_HEIGHT
}

/** Draws `docs/rooms.svg`: the rooms and their imports. Leaves out the tests, which may import everything. */
export function drawingOfRooms(imports: readonly Import[]): string {
    const inside = imports.filter(({ from, to }) => !/^test\//.test(from) && !/^test\//.test(to))
    const description = "Made from the imports of the sources by npm run rooms."
    // Drawn twice, the first time to find its height.
    const make = (drawingHeight: number): [string, number] => {
        const drawing = new Drawing(WIDTH, drawingHeight, "Rooms and imports", description, STYLE)
        drawing.arrowhead("tip", "#3b4a54")
        drawing.arrowhead("back", "#b0531f")
        drawing.text(LEFT + 10, 34, "On the chip: src/", "head")
        drawing.text(MIDDLE + 20, 34, "On the PC", "head")
        const bottom = Math.max(
            drawRooms(
                drawing,
                inside.filter(it => roomOnChip(it.from)),
                roomOnChip,
                LEFT,
                MIDDLE,
            ),
            drawRooms(
                drawing,
                inside.filter(it => !roomOnChip(it.from) || it.to.startsWith("services/")),
                roomOnPc,
                MIDDLE,
                WIDTH - LEFT,
            ),
        )
        drawing.box(LEFT, 14, MIDDLE - LEFT - 10, bottom + 10, "panel")
        drawing.box(MIDDLE + 10, 14, WIDTH - MIDDLE - LEFT - 10, bottom + 10, "panel")
        const legend = bottom + 50
        drawing.line(LEFT + 4, legend - 4, LEFT + 44, legend - 4, "import")
        drawing.text(LEFT + 54, legend, "imports; what follows from other arrows is left out", "legend")
        drawing.line(LEFT + 374, legend - 4, LEFT + 414, legend - 4, "back")
        drawing.text(LEFT + 424, legend, "an exception, named in .dependency-cruiser.mjs", "legend")
        return [drawing.toString(), legend + 20]
    }
    return make(make(0)[1])[0]
}
