/** A file that is not DeviceScript's firmware for the chip, or a chip for which there is none. */
export class FirmwareUnfit extends Error {
    /**
     * @param origin file, address or chip, as the start of the message
     * @param reason the rest of the message
     */
    constructor(
        readonly origin: string,
        readonly reason: string,
    ) {
        super(`${origin} ${reason}`)
        this.name = "FirmwareUnfit"
    }
}

/** The firmware file cannot be read. */
export class FirmwareUnreadable extends Error {
    constructor(
        readonly file: string,
        readonly code: string,
    ) {
        super(`${file} cannot be read (${code})`)
        this.name = "FirmwareUnreadable"
    }
}

/** The firmware's release cannot be reached, or has no such file. */
export class FirmwareUnreachable extends Error {
    constructor(
        readonly address: string,
        readonly reason: string,
    ) {
        super(
            `${address} cannot be downloaded (${reason}). Get this file another way, for example with the browser of ` +
                "another computer, and name it with --firmware",
        )
        this.name = "FirmwareUnreachable"
    }
}

/** No boot ROM answers at the serial port. */
export class NoBootRom extends Error {
    constructor(
        readonly path: string,
        options?: ErrorOptions,
    ) {
        super(
            `${path}: no chip answers that can be flashed. Hold the BOOT button while you plug in the board, and try ` +
                "again; use a cable that carries data, and close other programs that use the port",
            options,
        )
        this.name = "NoBootRom"
    }
}

/** The chip at the port is not the one on the board in `devicescript.json`. */
export class OtherChip extends Error {
    /** @param found,wanted Espressif's names */
    constructor(
        readonly found: string,
        readonly wanted: string,
    ) {
        super(
            `the chip is an ${found}, but the board in devicescript.json has an ${wanted}; name the right board there, ` +
                "or the right port with --port. Nothing was changed on the chip",
        )
        this.name = "OtherChip"
    }
}

/** Another firmware is on the chip, and the user has not agreed to replace it. */
export class FirmwareKept extends Error {
    /** @param found the firmware on the chip, in words */
    constructor(readonly found: string) {
        super(`${found} is on the chip. Nothing was changed; --replace overwrites it with the stock firmware`)
        this.name = "FirmwareKept"
    }
}

/** The chip went silent, or its flash differs from what was written. */
export class FlashFailed extends Error {
    /** @param step what was in progress, as the end of a sentence */
    constructor(
        readonly step: string,
        options?: ErrorOptions,
    ) {
        super(
            `the chip failed ${step}; check cable and power, hold the BOOT button while you plug in the board, and try ` +
                "again: flashing starts over",
            options,
        )
        this.name = "FlashFailed"
    }
}
