/** No chip with DeviceScript was found at any serial port. */
export class NoChip extends Error {
    /** @param looked ports that were searched */
    constructor(readonly looked: readonly string[]) {
        super(
            (looked.length === 0
                ? "no USB serial port was found; connect the board with a cable that carries data"
                : `DeviceScript does not answer at ${looked.join(", ")}; write the firmware with --flash, ` +
                  "on a C3 or S3 use the chip's own USB socket, and close other programs that use the port (VS Code, devtools)") +
                ". Use --port for a port that is not searched",
        )
        this.name = "NoChip"
    }
}

/** There are several chips, and none was chosen. */
export class SeveralChips extends Error {
    constructor(readonly ports: readonly string[]) {
        super(`there are several chips; choose one with --port: ${ports.join(", ")}`)
        this.name = "SeveralChips"
    }
}

/** There are several serial ports, and none was chosen. */
export class SeveralPorts extends Error {
    /** @param ports paths with their USB descriptions */
    constructor(readonly ports: readonly string[]) {
        super(`there are several serial ports; choose the board's port with --port: ${ports.join(", ")}`)
        this.name = "SeveralPorts"
    }
}

/** A serial port cannot be used. */
export class PortUnusable extends Error {
    constructor(
        readonly path: string,
        problem: string,
        options?: ErrorOptions,
    ) {
        super(`${path}: ${problem}`, options)
        this.name = "PortUnusable"
    }
}

/** The program does not fit into the firmware's partition. */
export class ImageTooLarge extends Error {
    constructor(
        readonly bytes: number,
        readonly most: number,
    ) {
        super(
            `the program has ${bytes} bytes, but the firmware has room for ${most}; use fewer kinds of meters. ` +
                "Nothing was changed on the chip",
        )
        this.name = "ImageTooLarge"
    }
}

/** The chip went silent, or did not carry out a command. */
export class DeployFailed extends Error {
    /** @param step what was in progress, as the end of a sentence */
    constructor(
        readonly step: string,
        options?: ErrorOptions,
    ) {
        super(
            `the chip does not answer ${step}; check cable and power, and deploy again: ` +
                "this starts over and repairs what is incomplete",
            options,
        )
        this.name = "DeployFailed"
    }
}

/** The program or a setting on the chip differs from what was sent. */
export class NotAsSent extends Error {
    constructor(readonly what: string) {
        super(
            `${what} on the chip is not what was sent; is another deployment running, in VS Code or in a second terminal? ` +
                "Stop it, and deploy again",
        )
        this.name = "NotAsSent"
    }
}

/** Settings are missing without which a device uploads nothing. */
export class SettingsMissing extends Error {
    constructor(readonly names: readonly string[]) {
        super(
            `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} missing in .env.local; ` +
                "the device would upload nothing",
        )
        this.name = "SettingsMissing"
    }
}
