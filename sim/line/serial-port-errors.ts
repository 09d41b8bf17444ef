/** A serial port of this computer cannot be used. The subclasses say why. */
export class SerialPortError extends Error {
    /**
     * @param path the port's device file
     * @param problem what is wrong, in words
     * @param cure what the user can do
     */
    constructor(
        readonly path: string,
        readonly problem: string,
        readonly cure: string,
        options?: ErrorOptions,
    ) {
        super(`${path}: ${problem}; ${cure}`, options)
        this.name = new.target.name
    }
}

export class NoSuchPort extends SerialPortError {
    constructor(path: string) {
        super(
            path,
            "no such serial port",
            "plug the adapter in and find its name with: ls /dev/ttyUSB* /dev/ttyACM*",
        )
    }
}

export class PortNotPermitted extends SerialPortError {
    constructor(path: string) {
        super(
            path,
            "no permission to use it",
            "add yourself to its group, usually with: sudo usermod -aG dialout $USER, and log in again",
        )
    }
}

export class PortBusy extends SerialPortError {
    constructor(path: string) {
        super(path, "another program is using it", `end that program; find it with: fuser ${path}`)
    }
}

export class NotASerialPort extends SerialPortError {
    constructor(path: string) {
        super(path, "not a serial port", "name the adapter's device file, for example /dev/ttyUSB0")
    }
}

/** The port worked, and then disappeared. */
export class PortLost extends SerialPortError {
    constructor(path: string, cause: Error) {
        super(path, "the port has disappeared", "plug the adapter in and start again", { cause })
    }
}

/** The operating systems' messages as `serialport` passes them on. It has no error codes. */
const KINDS: [RegExp, new (path: string) => SerialPortError][] = [
    [/no such file|file not found/i, NoSuchPort],
    [/permission denied/i, PortNotPermitted],
    [/cannot lock|busy|access denied/i, PortBusy],
    [/inappropriate ioctl|is a directory|not a directory/i, NotASerialPort],
]

/** The named error for an error that `serialport` reported when it opened a port. */
export function namedOpenError(path: string, error: Error): SerialPortError {
    const kind = KINDS.find(([pattern]) => pattern.test(error.message))?.[1]
    return kind
        ? new kind(path)
        : new SerialPortError(path, error.message, "check the adapter and its driver")
}
