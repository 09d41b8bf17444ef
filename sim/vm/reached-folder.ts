import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Environment variable with the folder in which a process leaves what the programs on its devices reach. */
export const REACHED_VARIABLE = "REACHED_FOLDER"

/** What all processes have left about a program. */
export interface ReachedProgram {
    /** The compiler's `bytecode-dbg.json`. */
    readonly debugInfo: string
    /** Bytecode offsets of the instructions that were executed. */
    readonly offsets: ReadonlySet<number>
}

const DEBUG_INFO = ".debug.json"
const OFFSETS = ".offsets.json"

/**
 * A folder that several processes share. Each writes one file per program with the offsets that it has reached,
 * `<program>.<process id>.offsets.json`. The debug information of a program is in `<program>.debug.json`. Programs are named by
 * the SHA-256 of their bytecode.
 */
export class ReachedFolder {
    private readonly own = new Map<string, Set<number>>()

    constructor(private readonly path: string) {
        mkdirSync(path, { recursive: true })
    }

    /** Adds what this process has reached. */
    note(program: string, offsets: Iterable<number>): void {
        const known = this.own.get(program) ?? new Set()
        this.own.set(program, known)
        const before = known.size
        for (const offset of offsets) known.add(offset)
        if (known.size === before) return
        writeFileSync(join(this.path, `${program}.${process.pid}${OFFSETS}`), JSON.stringify([...known]))
    }

    /** @param debugInfo the compiler's `bytecode-dbg.json` */
    keepDebugInfo(program: string, debugInfo: string): void {
        const file = join(this.path, program + DEBUG_INFO)
        if (!existsSync(file)) writeFileSync(file, debugInfo)
    }

    /** The programs that have run and whose debug information was kept. */
    *programs(): Iterable<ReachedProgram> {
        const names = readdirSync(this.path)
        const read = (name: string) => readFileSync(join(this.path, name), "utf8")
        for (const name of names.filter(name => name.endsWith(DEBUG_INFO))) {
            const program = name.slice(0, -DEBUG_INFO.length)
            const parts = names.filter(it => it.startsWith(`${program}.`) && it.endsWith(OFFSETS))
            const offsets = new Set<number>(parts.flatMap(part => JSON.parse(read(part))))
            if (offsets.size > 0) yield { debugInfo: read(name), offsets }
        }
    }
}

const path = process.env[REACHED_VARIABLE]

/** That of this process; `undefined` unless {@link REACHED_VARIABLE} is set. */
export const reachedFolder = path ? new ReachedFolder(path) : undefined
