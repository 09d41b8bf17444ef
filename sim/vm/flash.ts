/**
 * The chip's flash, outside the chip: it keeps what was written when the chip is reset or loses its power.
 */
export class Flash {
    /** How often the firmware changed the image. */
    writes = 0

    /**
     * @param image what it holds; empty means erased
     * @param onChange told after each change, for an owner that keeps the image in a file
     */
    constructor(
        public image: Uint8Array = new Uint8Array(0),
        private readonly onChange: (image: Uint8Array) => void = () => {},
    ) {}

    save(image: Uint8Array): void {
        this.writes++
        this.image = image
        this.onChange(image)
    }
}
