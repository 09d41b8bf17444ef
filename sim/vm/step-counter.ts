/** Steps that the VM allows a program before others get a turn; `DEVS_MAX_STEPS` in `devs_internal.h`. */
export const MOST_STEPS = 131_072

/** An address that the runtime does not use, below its data. */
const PLACE = 512

/** `i32.const PLACE` */
const AT = [0x41, 0x80, 0x04]

/**
 * The code added to the VM's loop: local 4 holds the number of steps left, and the lowest number so far is kept at
 * {@link PLACE}.
 */
export const STEP_COUNTER = {
    name: "devs_vm_exec_opcodes",
    /** `local.get 3; i32.const -1; i32.add; local.tee 4` */
    behind: [0x20, 3, 0x41, 0x7f, 0x6a, 0x22, 4],
    /** `PLACE := left < PLACE ? left : PLACE` */
    code: [
        ...AT,
        ...[0x20, 4],
        ...[...AT, 0x28, 2, 0],
        ...[0x20, 4],
        ...[...AT, 0x28, 2, 0],
        ...[0x48, 0x1b],
        ...[0x36, 2, 0],
    ],
} as const

/** Records the most steps that a program took in a row. */
export class StepCounter {
    constructor(private readonly memory: WebAssembly.Memory) {
        new DataView(memory.buffer).setInt32(PLACE, MOST_STEPS, true)
    }

    get most(): number {
        return MOST_STEPS - new DataView(this.memory.buffer).getInt32(PLACE, true)
    }
}
