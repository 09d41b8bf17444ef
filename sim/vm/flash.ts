/** The chip erases whole sectors; erased bytes are 0xFF. */
const SECTOR_BYTES = 4096
const ERASED = 0xff

/** A power failure during a write. */
interface Failure {
    /** The value of {@link Flash.writes} during that write. */
    readonly write: number
    readonly part: number
    readonly cutPower: () => void
}

/** The chip's flash, kept outside the chip: it keeps its content when the chip is reset or loses its power. */
export class Flash {
    /** How often the firmware changed the image. Anything that it leaves out at the end of the image is erased. */
    writes = 0
    /** Sectors erased for these writes, as far as visible: bits that were 0 are 1 again. */
    erases = 0
    private failure: Failure | undefined

    /**
     * @param image its content; empty means erased
     * @param onChange called after every change, for an owner that keeps the image in a file
     */
    constructor(
        public image: Uint8Array = new Uint8Array(0),
        private readonly onChange: (image: Uint8Array) => void = () => {},
    ) {}

    save(image: Uint8Array): void {
        this.writes++
        this.erases += erasedSectors(this.image, image)
        const failure = this.failure?.write === this.writes ? this.failure : undefined
        this.image = failure ? begun(this.image, image, failure.part) : image
        this.onChange(this.image)
        if (!failure) return
        this.failure = undefined
        failure.cutPower()
    }

    /**
     * Makes the power fail during a write.
     * @param write counted from now, 1 for the next
     * @param part how much of it gets done, from 0 for nothing to 1 for all of it
     * @returns a function that cancels it, if it has not happened
     */
    failAt(write: number, part: number, cutPower: () => void): () => void {
        const failure = { write: this.writes + write, part, cutPower }
        this.failure = failure
        return () => {
            if (this.failure === failure) this.failure = undefined
        }
    }
}

function erasedSectors(before: Uint8Array, after: Uint8Array): number {
    let count = 0
    for (let sector = 0; sector < before.length; sector += SECTOR_BYTES) {
        const end = Math.min(sector + SECTOR_BYTES, before.length)
        for (let i = sector; i < end; i++) {
            const risen = (after[i] ?? ERASED) & ~before[i]!
            if (risen === 0) continue
            count++
            break
        }
    }
    return count
}

/**
 * The state of the flash after an interrupted write. The firmware programs a value first, and the entry that points to it
 * last. Values are above entries, and they grow towards each other (`jd_fstor.c`). So the highest addresses come first
 * here.
 */
function begun(before: Uint8Array, after: Uint8Array, part: number): Uint8Array {
    const image = new Uint8Array(Math.max(before.length, after.length)).fill(ERASED)
    const whole = image.slice()
    image.set(before)
    whole.set(after)
    const changed: number[] = []
    for (let i = image.length - 1; i >= 0; i--) if (image[i] !== whole[i]) changed.push(i)
    for (const i of changed.slice(0, Math.ceil(part * changed.length))) image[i] = whole[i]!
    return image
}
