/** A file that cannot be DeviceScript's firmware for a chip. */
export class FirmwareUnfit extends Error {
    /**
     * @param origin file or address
     * @param reason end of the sentence that begins with it
     */
    constructor(
        readonly origin: string,
        readonly reason: string,
    ) {
        super(`${origin} ${reason}`)
        this.name = "FirmwareUnfit"
    }
}

/** A firmware file that cannot be read. */
export class FirmwareUnreadable extends Error {
    constructor(
        readonly file: string,
        readonly code: string,
    ) {
        super(`${file} cannot be read (${code})`)
        this.name = "FirmwareUnreadable"
    }
}

/** The firmware's release does not answer, or has no such file. */
export class FirmwareUnreachable extends Error {
    constructor(
        readonly address: string,
        readonly reason: string,
    ) {
        super(
            `${address} cannot be fetched (${reason}). Get this file some other way, for example with the browser of ` +
                "another computer, and name it with --firmware",
        )
        this.name = "FirmwareUnreachable"
    }
}

/** No boot ROM answers at a serial port. */
export class NoBootRom extends Error {
    constructor(
        readonly path: string,
        options?: ErrorOptions,
    ) {
        super(
            `${path}: no chip answers that could be flashed. Hold the button BOOT while you plug the board in, and start ` +
                "this again; use a cable that carries data, and close what else uses the port",
            options,
        )
        this.name = "NoBootRom"
    }
}

/** The chip at the port is not that of the board in `devicescript.json`. */
export class OtherChip extends Error {
    /** @param found,wanted as Espressif calls them */
    constructor(
        readonly found: string,
        readonly wanted: string,
    ) {
        super(
            `the chip is an ${found}, and the board in devicescript.json has an ${wanted}; name the right board there, ` +
                "or the right port with --port. Nothing was changed on the chip",
        )
        this.name = "OtherChip"
    }
}

/** Another firmware is on the chip, and nobody has said that it may go. */
export class FirmwareKept extends Error {
    /** @param found what is there, in words */
    constructor(readonly found: string) {
        super(`${found} is on the chip. Nothing was changed; --replace puts the stock firmware in its place`)
        this.name = "FirmwareKept"
    }
}

/** The chip went silent, or kept something else than was written. */
export class FlashFailed extends Error {
    /** @param step what was under way, as the end of a sentence */
    constructor(
        readonly step: string,
        options?: ErrorOptions,
    ) {
        super(
            `the chip failed ${step}; check cable and power, hold the button BOOT while you plug the board in, and start ` +
                "this again: it begins anew",
            options,
        )
        this.name = "FlashFailed"
    }
}
