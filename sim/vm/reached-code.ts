import { reachedFolder } from "./reached-folder"

/** The VM's instruction offsets have 16 bits. */
const MOST_BYTES = 65_536

/** An address that the runtime does not use, below its data and next to that of the step counter. */
const PLACE = 520

/** `i32.const PLACE` */
const AT = [0x41, 0x88, 0x04]

/**
 * The code added to the VM's loop: before an instruction is carried out, it sets a byte at the instruction's offset in the
 * program, counted from the address at {@link PLACE}. Local 2 holds the activation, whose fifth and sixth bytes are the
 * offset.
 */
export const REACHED_MARKER = {
    name: "devs_vm_exec_opcodes",
    /** `local.get 0; i32.load8_u suspension; br_if 2` */
    behind: [0x20, 0, 0x2d, 0, 0x46, 0x0d, 2],
    /** `*(PLACE) [activation.pc] := 1` */
    code: [...AT, 0x28, 2, 0, 0x20, 2, 0x2f, 1, 4, 0x6a, 0x41, 1, 0x3a, 0, 0],
} as const

/** The part of the runtime that {@link ReachedCode} uses. */
interface Runtime {
    readonly memory: WebAssembly.Memory
    malloc(bytes: number): number
}

/** The runtime's log names each program that begins. */
const BEGINNING = /^\s*DevS-SHA256: ([0-9a-f]{64})/

/** Records which instructions a program has reached. If there is a {@link reachedFolder}, they are also noted there. */
export class ReachedCode {
    private readonly begin: number
    /** SHA-256 of the program that runs. */
    private program = ""
    private readonly all = new Set<number>()

    constructor(private readonly runtime: Runtime) {
        this.begin = runtime.malloc(MOST_BYTES)
        this.marks.fill(0)
        new DataView(runtime.memory.buffer).setUint32(PLACE, this.begin, true)
    }

    /** Must get every line of the runtime's log. */
    heard(line: string): void {
        const [, program] = BEGINNING.exec(line) ?? []
        if (program === undefined || program === this.program) return
        this.note()
        this.program = program
        this.marks.fill(0)
    }

    /** @returns offsets of the instructions that all programs so far have reached */
    note(): ReadonlySet<number> {
        const { marks, all } = this
        const offsets: number[] = []
        for (let at = marks.indexOf(1); at >= 0; at = marks.indexOf(1, at + 1)) offsets.push(at)
        reachedFolder?.note(this.program, offsets)
        for (const offset of offsets) all.add(offset)
        return all
    }

    /** One byte for each byte of the program: 1 where an instruction begins that was reached. */
    private get marks(): Uint8Array {
        return new Uint8Array(this.runtime.memory.buffer, this.begin, MOST_BYTES)
    }
}
