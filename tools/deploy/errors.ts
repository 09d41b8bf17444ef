/** No chip with DeviceScript was found at any serial port. */
export class NoChip extends Error {
    /** @param looked ports that were searched */
    constructor(readonly looked: readonly string[]) {
        super(
            (looked.length === 0
                ? "there is no serial port of a USB device; plug the board in with a cable that carries data"
                : `no DeviceScript answers at ${looked.join(", ")}; put the firmware on with --flash, ` +
                  "on a C3 or S3 use the socket of the chip itself, and close what else uses the port (VS Code, devtools)") +
                ". --port names a port that is not looked at",
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
        super(`there are several serial ports; choose that of the board with --port: ${ports.join(", ")}`)
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
            `the program has ${bytes} bytes, and the firmware has room for ${most}; wire fewer kinds of meters. ` +
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
            `the chip does not answer ${step}; check cable and power, and start the deployment again: ` +
                "it begins anew and mends what is half done",
            options,
        )
        this.name = "DeployFailed"
    }
}

/** The program or a setting on the chip differs from what was sent. */
export class NotAsSent extends Error {
    constructor(readonly what: string) {
        super(
            `${what} on the chip is not what was sent; is another deployment under way, in VS Code or in a second terminal? ` +
                "End it, and start this one again",
        )
        this.name = "NotAsSent"
    }
}

/** Settings are missing without which a device uploads nothing. */
export class SettingsMissing extends Error {
    constructor(readonly names: readonly string[]) {
        super(
            `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} missing in .env.local; ` +
                "without it the device uploads nothing",
        )
        this.name = "SettingsMissing"
    }
}
